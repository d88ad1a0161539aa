using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Politeness;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Hostile;

/// <summary>Documents of 5 MB designed to cost as much time as possible.</summary>
public sealed class LinearTimeTests
{
    // Keeps the number of elements below the limit.
    private const string Filler = "<!-- a comment, because elements are limited -->";

    private static readonly Uri[] Paths =
    [
        new("https://a.example/" + new string('a', 4000)),
        new("https://a.example/?" + string.Concat(Enumerable.Repeat("ab", 2000))),
    ];

    // Ten times RobotsRules.MaxBytes, matched against URLs of nearly the maximum length.
    [Theory]
    [InlineData("user-agent: *\n", "disallow: /*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b\n")]
    [InlineData("user-agent: *\ndisallow: /", "*a")]
    [InlineData("user-agent: *\n", "disallow: /aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab*$\n")]
    [InlineData("user-agent: *\n", "disallow: *aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\n")]
    [InlineData("user-agent: *\ndisallow: /", "*")]
    [InlineData("user-agent: *\n", "allow: /{0}\n")]
    [InlineData("user-agent: *\n", "disallow: /%%%é{0}\n")]
    [InlineData("", "user-agent: {0}\n")]
    [InlineData("", "sitemap: {0}\n")]
    [InlineData("", "\r")]
    [InlineData("", "#")]
    [InlineData("", ":")]
    [InlineData("", " ")]
    public void Robots(string start, string piece) =>
        LinearTime.AssertHolds(
            start,
            piece,
            text =>
            {
                var rules = RobotsRules.Parse(text, "us");
                foreach (var path in Paths)
                    rules.Allows(path);
            }
        );

    [Theory]
    [InlineData("<urlset>", "<url><loc>https://a.example/{0}</loc></url>")]
    [InlineData("<urlset>", "<url><loc/></url>")]
    [InlineData("<urlset>", "<url>")]
    [InlineData("<urlset", " a{0}=''")]
    [InlineData("<urlset", " a=''")]
    [InlineData("<urlset><url><loc>", "a")]
    [InlineData("<urlset><url><loc>", "&amp;")]
    [InlineData("<urlset><url><loc>", "<![CDATA[a]]>")]
    [InlineData("<urlset>", "<!-- -->")]
    [InlineData("", "https://a.example/{0}\n")]
    [InlineData("", "a")]
    [InlineData("", "\n")]
    public void Sitemap(string start, string piece) =>
        LinearTime.AssertHolds(
            start,
            piece,
            text => SitemapReader.Read(Encoding.UTF8.GetBytes(text), new SitemapLimits())
        );

    [Theory]
    [InlineData("<urlset><url><loc>", "&")]
    [InlineData("<urlset><!--", "&<!-")]
    [InlineData("<rss><channel>", "<item><link>/{0}</link></item>")]
    [InlineData("<rss><channel>", "<item><link/>")]
    [InlineData("<feed>", "<entry><link href='/{0}'/></entry>")]
    public void RelativeUrlsAndFeeds(string start, string piece) =>
        LinearTime.AssertHolds(
            start,
            piece,
            text => SitemapReader.Read(Encoding.UTF8.GetBytes(text), new SitemapLimits(), Paths[0])
        );

    [Theory]
    [InlineData("", "[")]
    [InlineData("", "](")]
    [InlineData("", "[a](")]
    [InlineData("", "[a](b)")]
    [InlineData("", "[a](b{0})")]
    [InlineData("", "https://")]
    [InlineData("https://a.example/", ")")]
    [InlineData("https://a.example/", "(")]
    [InlineData("https://a.example/", ".,")]
    [InlineData("", "https://a.example/{0})))) ")]
    [InlineData("", "http://a](")]
    [InlineData("", "```\n")]
    [InlineData("", "# a\n")]
    public void MarkdownFiles(string start, string piece) =>
        LinearTime.AssertHolds(
            start,
            piece,
            text =>
            {
                MarkdownLinks.Read(text, Paths[0], 10_000);
                TextSections.Cut(text, "https://a.example/");
            }
        );

    // A single URL of 5 MB is rejected for its length, so also test many URLs of nearly the maximum length.
    [Theory]
    [InlineData("/../")]
    [InlineData("%")]
    [InlineData("%41")]
    [InlineData("é")]
    [InlineData("a.")]
    [InlineData("@")]
    [InlineData(":")]
    [InlineData("&utm_source=a")]
    public void Urls(string piece)
    {
        LinearTime.AssertHolds("https://a.example/", piece, text => Read([text]));
        foreach (var start in (string[])["https://a.example/?", "https://", "https://a.example/"])
            LinearTime.AssertHolds(
                start,
                piece,
                text => Read(text.Chunk(4000).Select(part => start + new string(part)))
            );

        static void Read(IEnumerable<string> urls)
        {
            foreach (var url in urls)
                UrlNormalizer.TryNormalize(url, dropTrackingParameters: true, out _, out _);
        }
    }

    // With the element limit of production.
    [Theory]
    [InlineData("", "<div>")]
    [InlineData("", "<b>")]
    [InlineData("", "<font size={0}>")]
    [InlineData("", "<p><font size={0}>")]
    [InlineData("<p>", "<b id={0}>")]
    [InlineData("", "<table>")]
    [InlineData("", "<table><b>")]
    [InlineData("", "<td><b>a")]
    [InlineData("<table>", "<b>")]
    [InlineData("", "<ul><li>")]
    [InlineData("", "<dl><dd>")]
    [InlineData("", "<a href=x>")]
    [InlineData("", "<blockquote>")]
    [InlineData("", "<svg><g>")]
    [InlineData("", "<svg><title>")]
    [InlineData("", "<form>")]
    [InlineData("", "<button>")]
    [InlineData("", "<select><option>")]
    [InlineData("", "<div><select></div></select>")]
    [InlineData("<div>", "<p>one of many paragraphs in one item</p>")]
    [InlineData("", "<span><form></span></form>")]
    [InlineData("<p", " a{0}=x")]
    [InlineData("<p", " a=x")]
    [InlineData("", "</x>")]
    [InlineData("", "</p>")]
    [InlineData("", "<!--")]
    [InlineData("", "<a b='")]
    [InlineData("", "<script><script>")]
    [InlineData("", "<title><")]
    [InlineData("<svg>", "<![CDATA[>")]
    [InlineData("", "**a")]
    [InlineData("", "<math><mfrac><mi>a</mi>")]
    [InlineData("", "<math></math>")]
    [InlineData("<math>", "<mi>a</mi>")]
    [InlineData("<script src=katex></script>", "\\(a")]
    [InlineData("<script src=katex></script>", "$$")]
    [InlineData("<p><script type='math/tex'>", "a%`$_")]
    [InlineData("", "<div hidden>a</div>")]
    [InlineData("", "<div role=tabpanel hidden>a")]
    [InlineData("", "<h2>a</h2><div style='display:none'>b</div>")]
    [InlineData("", "<i aria-controls=a{0}></i><div id=a{0} hidden>b</div>")]
    [InlineData("", "<img srcset='a 1x,'><noscript><img src=b></noscript>")]
    [InlineData("<img srcset='", "a 1x,")]
    [InlineData("", "<x-a><template shadowrootmode=open>a<slot></slot></template>b</x-a>")]
    [InlineData("", "<x-a><template shadowrootmode=open>")]
    [InlineData("<x-a><template shadowrootmode=open>", "<slot name=a{0}></slot></template><b slot=a{0}>c</b>")]
    [InlineData("", "<template shadowrootmode=open")]
    [InlineData("", "<iframe srcdoc='<p>a'></iframe>")]
    [InlineData("<iframe srcdoc='", "<p>a")]
    [InlineData("<frameset><noframes>", "<p>a")]
    [InlineData("<pre>", "<span class=line></span>")]
    [InlineData("<pre>", "<button>a</button>\n")]
    [InlineData("", "<code style='display:block;white-space:pre'>a")]
    [InlineData("", "<div class=cm-editor>")]
    [InlineData("<table><tr><td class=gutter>1<td class=code>", "<table><tr><td class=gutter>1<td class=code>")]
    [InlineData("<table>", "<tr><th>a<td><pre>b\nc</pre>")]
    [InlineData("<table><tr><th>a<th>b", "<table><tr><th>a<th>b")]
    [InlineData("<table><tr>", "<td class=gutter><!-- -->")]
    [InlineData("<table><tr><td rowspan=0>a<td>b<td rowspan=0>c", "<tr><td>d" + Filler)]
    [InlineData("", "<table><tr><td colspan=999 rowspan=0>a<tr><tr><tr></table>" + Filler + Filler)]
    [InlineData("", "<sup>a")]
    [InlineData("", "<sup>1</sup>")]
    [InlineData("", "<abbr title=a{0}>b</abbr>")]
    [InlineData("", "<ruby>a<rt>b")]
    [InlineData("", "\u00ad\u200b")]
    public void Html(string start, string piece) => LinearTime.AssertHolds(start, piece, ReadHtml);

    [Theory]
    [InlineData("", "a")]
    [InlineData("", "\n")]
    [InlineData("- a\n", "\n")]
    [InlineData("", "# a\n")]
    [InlineData("", "a\n")]
    [InlineData("", "- ")]
    [InlineData("", "> ")]
    [InlineData("", "> - a\n\n")]
    [InlineData("", "```\n")]
    [InlineData("```\n", "a\n")]
    [InlineData("", "|-")]
    [InlineData("|a|\n|-|\n", "|a|\n")]
    [InlineData("# ", "[a](")]
    [InlineData("# ", "](#")]
    [InlineData("# ", "**_`")]
    [InlineData("", "# [a](#\n")]
    [InlineData("", "](https://a.example/#")]
    [InlineData("", "[](https://a.example/#a)")]
    public void MarkdownChunks(string start, string piece) =>
        LinearTime.AssertHolds(
            start,
            piece,
            text => FunctionsCrawler.Extraction.Chunking.MarkdownChunks.Split(text, 1000, "https://a.example/")
        );

    // With a definition at the end that all of them may use.
    [Theory]
    [InlineData("", "[1]")]
    [InlineData("", "[a][1] ")]
    [InlineData("", "# [a][1]\n")]
    [InlineData("|[a][1]|\n|-|\n", "|[a][1]|\n")]
    [InlineData("", "\\[")]
    [InlineData("[", "`")]
    [InlineData("[", "a` ``[1]")]
    [InlineData("", "```\n[a][1]\n```\n")]
    [InlineData("", "\n\n[1]: a")]
    public void MarkdownReferences(string start, string piece) =>
        LinearTime.AssertHolds(
            start,
            piece,
            text =>
                FunctionsCrawler.Extraction.Chunking.MarkdownChunks.Split(
                    text + "\n\n[1]: https://a.example/#a\n",
                    1000,
                    "https://a.example/"
                )
        );

    [Theory]
    [InlineData("<html>", "<p/>")]
    [InlineData("<html>", "<p>")]
    [InlineData("<html>", "&nbsp;")]
    [InlineData("<html>", "&")]
    [InlineData("<html>", "<![CDATA[a]]>")]
    [InlineData("<html>", "<p xmlns='a{0}'>")]
    [InlineData("<html", " a{0}=''")]
    public void Xhtml(string start, string piece) =>
        LinearTime.AssertHolds(start, piece, text => FunctionsCrawler.Extraction.Xhtml.ToHtml(text));

    // End tags create no elements, so the element limit does not apply, but each one searches all open elements.
    [Theory]
    [InlineData("", "</x>")]
    [InlineData("", "</p>")]
    [InlineData("", "</h1>")]
    [InlineData("", "</body>")]
    [InlineData("<x><form><span>", "</x>")]
    public void HtmlEndTags(string open, string piece) =>
        LinearTime.AssertHolds(open + string.Concat(Enumerable.Repeat("<span>", 500)), piece, ReadHtml);

    [Theory]
    [InlineData("", "[")]
    [InlineData("", "{\"a\":")]
    [InlineData("{", "\"a{0}\":1,")]
    [InlineData("{", "\"urls\":[],")]
    [InlineData("{\"urls\":[", "\"https://a.example/{0}\",")]
    [InlineData("{\"urls\":[", "{{}},")]
    [InlineData("{\"urls\":[", "1,")]
    [InlineData("{\"mode\":\"", "a")]
    [InlineData("{\"mode\":\"", "\\u0041")]
    [InlineData("{\"include\":[", "\"**a**b\",")]
    public void Request(string start, string piece) =>
        LinearTime.AssertHolds(
            start,
            piece,
            text =>
            {
                // Complete the JSON, so that it is also deserialised.
                var end = text.TrimEnd(',');
                var close =
                    start.EndsWith('[') ? "]}"
                    : start.EndsWith('"') ? "\"}"
                    : start.Length > 0 ? "}"
                    : "";
                RequestReader.ReadCrawl(Encoding.UTF8.GetBytes(end + close));
            }
        );

    private static void ReadHtml(string text)
    {
        try
        {
            HtmlExtractor.Extract(text, Paths[0], FullExtraction.WithCss, new PageLimits().MaxNodes);
        }
        catch (TooManyElementsException)
        {
            // Rejecting the document is a valid result.
        }
    }
}
