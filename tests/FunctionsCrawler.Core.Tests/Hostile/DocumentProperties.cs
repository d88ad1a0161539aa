using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FunctionsCrawler.Core.Tests.Extraction;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Hostile;

/// <summary>Untrusted pages and requests are either read or rejected, and never cause an exception.</summary>
public sealed class DocumentProperties
{
    private const string Page =
        "<!doctype html><html lang=en><head><title>A &amp; b</title><meta name=robots content=noindex><base href=/x/>"
        + "<link rel=canonical href=c><script type='application/ld+json'>{\"a\":[1]}</script></head><body><h1 id=a>H <a href='#a'>#</a></h1>"
        + "<p>One <b>two <i>three</i></b> <code>a`b</code><br><img src=i.png alt='x'><ul><li>a<ol start=3><li>b</ol></ul>"
        + "<table><thead><tr><th>a<th>b</thead><tr><td rowspan=2>c<td>d|e</table><blockquote><pre>x\n y</pre></blockquote>"
        + "<dl><dt>t<dd>d</dl><div style='display:none'>z</div><svg><title>s</title></svg></body></html>";

    private const string Request =
        "{\"mode\":\"recursive\",\"urls\":[\"https://a.example/\",\"http://b.example/x?y=1\"],\"maxDepth\":2,\"include\":[\"**/docs/**\"],"
        + "\"perHostConcurrency\":null,\"dropTrackingParameters\":true,\"dispatcher\":{\"kind\":\"adaptive\",\"pauseAtPercent\":80},"
        + "\"page\":{\"timeoutSeconds\":12},\"callbackUrl\":\"https://c.example/\"}";

    private static readonly string[] HtmlPieces =
    [
        "<",
        ">",
        "</",
        "/>",
        "<b>",
        "</b>",
        "<p>",
        "</p>",
        "<table>",
        "<tr>",
        "<td colspan=9>",
        "</table>",
        "<li>",
        "<ul>",
        "</ul>",
        "<a href=x>",
        "</a>",
        "<pre>",
        "<code>",
        "<template>",
        "<svg>",
        "<math>",
        "<select>",
        "<title>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<![CDATA[",
        "&",
        "&#",
        "&amp;",
        "'",
        "\"",
        "=",
        "`",
        "|",
        "*",
        "_",
        "\\",
        "[",
        "\n",
        "\0",
        "\ud800",
        "<h1>",
        "<base href='::'>",
        "<frameset>",
        "<form>",
        "<button>",
    ];

    private static readonly string[] JsonPieces =
    [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u",
        "\\ud800",
        "null",
        "true",
        "-1",
        "1e999",
        "99999999999",
        "\"urls\":",
        "\"page\":",
        "{\"a\":",
        "/*",
        "//",
        "\n",
        "\ufeff",
        "é",
        "\0",
        "\ud800",
    ];

    [Fact]
    public void Extract_AnyHtml_YieldsValidPage() =>
        Prop.ForAll(
                Mutations.Of([Page, ""], HtmlPieces).ToArbitrary(),
                html =>
                {
                    var page = HtmlExtractor.Extract(html, RoundTrip.PageUrl);
                    var parts = HtmlExtractor.Extract(html, RoundTrip.PageUrl, FullExtraction.WithCss);
                    HtmlExtractor.Extract(html, RoundTrip.PageUrl, FullExtraction.WithXPath);
                    return (page.Markdown.Length == 0 || page.Markdown.EndsWith('\n'))
                        && page.Links.All(link =>
                            Uri.TryCreate(link.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                        )
                        && page.Links.DistinctBy(link => link.Url).Count() == page.Links.Count
                        && page.NamedMeta.All(meta => meta.Name.Length > 0)
                        && parts.Data!.Value.ValueKind == JsonValueKind.Array
                        && parts.Tables!.All(t => t.Rows.All(r => r.Count == t.Rows[0].Count));
                }
            )
            .Check(Mutations.Thorough);

    [Fact]
    public void Request_AnyBytes_YieldRequestOrFaults()
    {
        var texts = Mutations.Of([Request, "[]", ""], JsonPieces);
        var bodies = Gen.OneOf(
            texts.Select(Encoding.UTF8.GetBytes),
            texts.Select(Encoding.Latin1.GetBytes),
            ArbMap.Default.GeneratorFor<byte[]>().Where(bytes => bytes is not null)
        );
        Prop.ForAll(
                bodies.ToArbitrary(),
                body =>
                {
                    var (request, faults) = RequestReader.ReadCrawl(body);
                    return request is null
                        ? faults.Count > 0 && faults.All(fault => fault.Message.Length > 0)
                        : faults.Count == 0;
                }
            )
            .Check(Mutations.Thorough);
    }
}
