using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Politeness;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Core.Tests.Hostile;

/// <summary>Any robots.txt, sitemap or URL of a site is handled without an exception.</summary>
public sealed class FrontierProperties
{
    private const string Robots =
        "User-agent: *\nDisallow: /a*b$\nAllow: /a/index.html\nCrawl-delay: 1.5\nSitemap: https://a.example/s.xml\n\n"
        + "User-agent: us/1.0 # we\nUser-agent: others\nDisallow: /%C3%A9?x=*\r\nAllow:\r\n";

    private const string Sitemap =
        "<?xml version='1.0' encoding='UTF-8'?>\n<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
        + "<url><loc>https://a.example/?a=1&amp;b=2</loc><lastmod>2026-01-01</lastmod></url>"
        + "<url><loc><![CDATA[https://a.example/b]]></loc></url><sitemap><loc>https://a.example/c.xml</loc></sitemap></urlset>";

    private static readonly string[] RobotsPieces =
    [
        "user-agent:",
        "disallow:",
        "allow:",
        "crawl-delay:",
        "sitemap:",
        "*",
        "$",
        "#",
        ":",
        " ",
        "\t",
        "\r",
        "\n",
        "/",
        "%",
        "%2",
        "%2a",
        "us",
        "\ufeff",
        "é",
        "\ud800",
        "-1",
        "1e9",
        ".",
    ];

    private static readonly string[] SitemapPieces =
    [
        "<",
        ">",
        "/>",
        "</",
        "<url>",
        "</url>",
        "<loc>",
        "</loc>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "&",
        "&amp;",
        "&#0;",
        "<!DOCTYPE a [",
        "<!ENTITY a 'b'>",
        "<?a?>",
        "'",
        "\"",
        "=",
        " xmlns:a='b'",
        "a:",
        "\0",
        "\ud800",
        "encoding='utf-16'",
        "\n",
        "https://",
    ];

    private static readonly Gen<string> RobotsTexts = Mutations.Of([Robots, ""], RobotsPieces);

    private static readonly Gen<string> Urls = Mutations.Of(
        [
            "https://a.example/a/b?c=d&e=%C3%A9",
            "http://u:p@b.example:8080/../x;y/./z#f",
            "https://[::1]/a%2Fb",
            "/a/../b?c#d",
            "//c.example/",
        ],
        [
            "/",
            "//",
            "..",
            "%",
            "%2",
            "%41",
            "%2f",
            "?",
            "#",
            "@",
            ":",
            "[",
            "]",
            "\\",
            "é",
            "。",
            "xn--",
            ".",
            "\t",
            "\ud800",
            "http:",
            "&utm_source=a",
        ]
    );

    [Fact]
    public void Robots_AnyText_DecidesConsistently() =>
        Prop.ForAll(
                RobotsTexts.ToArbitrary(),
                Urls.ToArbitrary(),
                (text, rawUrl) =>
                {
                    var rules = RobotsRules.Parse(text, "us");
                    var url = UrlNormalizer.TryNormalize(rawUrl, false, out var normal, out _)
                        ? normal
                        : "https://a.example/";
                    // The result is the same each time. Without rules, every URL is allowed.
                    return rules.Allows(new Uri(url)) == RobotsRules.Parse(text, "US").Allows(new Uri(url))
                        && rules.Allows(new Uri("https://a.example/robots.txt"))
                        && RobotsRules
                            .Parse(text.Replace(':', ';').Replace(' ', ';').Replace('\t', ';'), "us")
                            .Allows(new Uri(url))
                        && (
                            rules.CrawlDelay is not { } delay
                            || (delay > TimeSpan.Zero && delay <= RobotsRules.MaxCrawlDelay)
                        );
                }
            )
            .Check(Mutations.Thorough);

    [Fact]
    public void RobotsPattern_AnyPatternAndPath_AgreesWithARegularExpression()
    {
        var texts = Gen.Elements("a", "b", "/", "a/", "ab").ListOf().Select(pieces => "/" + string.Concat(pieces));
        var patterns =
            from pieces in Gen.Elements("a", "b", "/", "*", "**", "ab").ListOf()
            from end in Gen.Elements("", "$")
            select "/" + string.Concat(pieces) + end;
        Prop.ForAll(
                patterns.ToArbitrary(),
                texts.ToArbitrary(),
                (pattern, text) =>
                {
                    var expression = @"\A" + pattern.Replace("*", ".*").Replace("$", @"\z");
                    return new RobotsPattern(pattern).Matches(text)
                        == Regex.IsMatch(text, expression, RegexOptions.NonBacktracking | RegexOptions.Singleline);
                }
            )
            .Check(Mutations.Thorough);
    }

    [Fact]
    public void Sitemap_AnyBytes_YieldNormalizedUrlsWithinLimits()
    {
        var limits = new SitemapLimits { MaxEntries = 3, MaxBytes = 600 };
        var texts = Mutations.Of([Sitemap, "https://a.example/\nhttps://a.example/b\n", ""], SitemapPieces);
        var files = Gen.OneOf(
            texts.Select(Encoding.UTF8.GetBytes),
            texts.Select(Encoding.Unicode.GetBytes),
            texts.Select(Gzip),
            from packed in texts.Select(Gzip)
            from place in Gen.Choose(0, packed.Length - 1)
            from value in Gen.Choose(0, 255)
            select packed.Select((b, i) => i == place ? (byte)value : b).ToArray(),
            ArbMap.Default.GeneratorFor<byte[]>().Where(bytes => bytes is not null)
        );
        Prop.ForAll(
                files.ToArbitrary(),
                file =>
                {
                    var read = SitemapReader.Read(file, limits);
                    var urls = read.Pages.Concat(read.Sitemaps).ToList();
                    return read.Dropped >= 0
                        && urls.Count + read.Dropped <= limits.MaxEntries
                        && (read.Cut != SitemapCut.Entries || urls.Count + read.Dropped == limits.MaxEntries)
                        && urls.TrueForAll(url =>
                            UrlNormalizer.TryNormalize(url, false, out var again, out _) && again == url
                        );
                }
            )
            .Check(Mutations.Thorough);
    }

    [Fact]
    public void Urls_MutatedSamples_NormalizeIdempotently()
    {
        Prop.ForAll(
                Urls.ToArbitrary(),
                Urls.ToArbitrary(),
                (reference, page) =>
                {
                    var at = new Uri(
                        UrlNormalizer.TryNormalize(page, false, out var normal, out _)
                            ? normal
                            : "https://a.example/x/y"
                    );
                    if (!UrlNormalizer.TryResolve(at, reference, true, out var url, out var fault))
                        return fault.Length > 0 && !fault.Any(char.IsControl);
                    // A resolved URL no longer depends on the page, and normalising it again changes nothing.
                    return url.Length <= UrlNormalizer.MaxLength
                        && url.All(char.IsAscii)
                        && UrlNormalizer.TryResolve(new Uri("http://b.example/"), url, true, out var again, out _)
                        && again == url
                        && new Uri(url).Host.Length > 0
                        && new Uri(url).UserInfo.Length == 0;
                }
            )
            .Check(Mutations.Thorough);
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
