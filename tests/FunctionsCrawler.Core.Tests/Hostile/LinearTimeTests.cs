using System.Text;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Core.Tests.Hostile;

/// <summary>Documents of 5 MB that were written to cost time.</summary>
public sealed class LinearTimeTests
{
    private static readonly Uri[] Paths =
    [
        new("https://a.example/" + new string('a', 4000)),
        new("https://a.example/?" + string.Concat(Enumerable.Repeat("ab", 2000))),
    ];

    // Ten times what is read of a robots.txt, each rule against URLs of the greatest length.
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
        LinearTime.Holds(
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
        LinearTime.Holds(start, piece, text => SitemapReader.Read(Encoding.UTF8.GetBytes(text), new SitemapLimits()));

    // One URL of 5 MB is refused by its length; what takes time is to read many of the greatest length.
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
        LinearTime.Holds("https://a.example/", piece, text => Read([text]));
        foreach (var start in (string[])["https://a.example/?", "https://", "https://a.example/"])
            LinearTime.Holds(start, piece, text => Read(text.Chunk(4000).Select(part => start + new string(part))));

        static void Read(IEnumerable<string> urls)
        {
            foreach (var url in urls)
                UrlNormalizer.TryNormalize(url, dropTrackingParameters: true, out _, out _);
        }
    }

    // As in production, where a document of too many elements is refused.
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
    public void Html(string start, string piece) => LinearTime.Holds(start, piece, ReadHtml);

    // End tags make no element, however many look through all that is open.
    [Theory]
    [InlineData("", "</x>")]
    [InlineData("", "</p>")]
    [InlineData("", "</h1>")]
    [InlineData("", "</body>")]
    [InlineData("<x><form><span>", "</x>")]
    public void HtmlEndTags(string open, string piece) =>
        LinearTime.Holds(open + string.Concat(Enumerable.Repeat("<span>", 500)), piece, ReadHtml);

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
        LinearTime.Holds(
            start,
            piece,
            text =>
            {
                // Closed, so that it is read and not only parsed.
                var end = text.TrimEnd(',');
                var close =
                    start.EndsWith('[') ? "]}"
                    : start.EndsWith('"') ? "\"}"
                    : start.Length > 0 ? "}"
                    : "";
                CrawlRequestReader.Read(Encoding.UTF8.GetBytes(end + close));
            }
        );

    private static void ReadHtml(string text)
    {
        try
        {
            HtmlExtractor.Extract(text, Paths[0], new PageLimits().MaxNodes);
        }
        catch (TooManyElementsException)
        {
            // An answer as well.
        }
    }
}
