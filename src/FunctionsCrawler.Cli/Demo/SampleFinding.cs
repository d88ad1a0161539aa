using System.Collections.Frozen;
using System.IO.Compression;
using System.Text;

namespace FunctionsCrawler.Cli.Demo;

/// <summary>
/// The files of the sample site from which its pages can be found without following links: robots.txt, sitemaps, a feed, files
/// for language models, a list of links, and a page that shows a file of another host. No page links to them.
/// </summary>
internal static class SampleFinding
{
    /// <summary>The page that shows a file, as those of GitHub do.</summary>
    public const string FilePage = "/tidewater/pump/blob/main/README.md";

    /// <summary>The file that <see cref="FilePage"/> shows.</summary>
    public const string RawFile = "/raw/tidewater/pump/main/README.md";

    private const string Xml = "application/xml";
    private const string Text = "text/plain; charset=utf-8";
    private const string Schema = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

    private static readonly FrozenDictionary<string, Func<string, SampleFile>> Files = new Dictionary<
        string,
        Func<string, SampleFile>
    >(StringComparer.Ordinal)
    {
        // A relative URL, which the standard does not allow and many sites use.
        ["/robots.txt"] = _ => File(Text, "User-agent: *\nAllow: /\n\nSitemap: /sitemap.xml\n"),
        ["/sitemap.xml"] = origin => File(Xml, Index(origin, "/sitemaps/guide.xml.gz", "/sitemaps/api-index.xml")),
        ["/sitemaps/api-index.xml"] = origin => File(Xml, Index(origin, "/sitemaps/api.xml.gz")),
        ["/sitemaps/guide.xml.gz"] = origin =>
            Packed(Sitemap(origin, ("/guide/install", "2026-03-01"), ("/guide/channels", "2026-05-02T10:00:00Z"))),
        ["/sitemaps/api.xml.gz"] = origin => Packed(Sitemap(origin, ("/api/channel", null), ("/api/message", null))),
        ["/news"] = origin => File("application/atom+xml", Feed(origin)),
        ["/llms.txt"] = _ => File(Text, LlmsTxt),
        ["/llms-full.txt"] = _ => File(Text, LlmsFullTxt),
        ["/links.md"] = origin =>
            File(
                "text/markdown; charset=utf-8",
                $"# Where to start\n\n- [The guide](/guide/)\n- {origin}/api/\n- <{origin}/files/>\n"
            ),
        ["/notes.txt"] = _ => File(Text, "Notes on tides.\n\nHigh water is at noon, see /guide/ for the rest.\n"),
        [FilePage] = _ =>
            File("text/html; charset=utf-8", "<!doctype html><title>pump</title><div id=\"app\">Loading…</div>"),
        [RawFile] = _ => File(Text, "# pump\n\nMoves water. See the [manual](MANUAL.md).\n"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static string LlmsTxt =>
        """
            # Tidewater

            > A message broker that is made up.

            ## Guide

            - [Installing](/guide/install): how to begin
            - [Channels](/guide/channels)

            ## Elsewhere

            - [Another site](https://elsewhere.example/)

            """;

    private static string LlmsFullTxt =>
        "# Installing\n\n"
        + Sentences("Unpack the archive.")
        + "```sh\n# not a heading\n./pump\n```\n\n# Channels & queues\n\n"
        + Sentences("A channel keeps the order of its messages.");

    /// <summary>The file at a path; null if there is none.</summary>
    /// <param name="path">The path of the request.</param>
    /// <param name="origin">Scheme, host and port of the site.</param>
    public static SampleFile? Find(string path, string origin) => Files.GetValueOrDefault(path)?.Invoke(origin);

    private static string Sentences(string sentence) => string.Join(' ', Enumerable.Repeat(sentence, 12)) + "\n\n";

    private static string Index(string origin, params string[] paths) =>
        $"<sitemapindex {Schema}>{string.Concat(paths.Select(p => $"<sitemap><loc>{origin}{p}</loc></sitemap>"))}</sitemapindex>";

    private static string Sitemap(string origin, params (string Path, string? LastMod)[] pages) =>
        $"<urlset {Schema}>{string.Concat(pages.Select(Entry))}</urlset>".Replace(
            "{origin}",
            origin,
            StringComparison.Ordinal
        );

    private static string Entry((string Path, string? LastMod) page) =>
        $"<url><loc>{{origin}}{page.Path}</loc>{(page.LastMod is null ? "" : $"<lastmod>{page.LastMod}</lastmod>")}</url>";

    private static string Feed(string origin) =>
        $"""
            <feed xmlns="http://www.w3.org/2005/Atom"><title>Tidewater news</title>
            <link rel="self" href="{origin}/news"/>
            <entry><title>Upgrades</title><link href="{origin}/guide/operations/upgrades"/><updated>2026-04-01T00:00:00Z</updated>
            <content type="html">&lt;p&gt;How to &lt;b&gt;upgrade&lt;/b&gt;.&lt;/p&gt;</content></entry>
            <entry><title>Metrics</title><link rel="alternate" href="/guide/operations/metrics"/></entry>
            </feed>
            """;

    private static SampleFile File(string type, string text) => new(type, Encoding.UTF8.GetBytes(text));

    private static SampleFile Packed(string xml)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(xml));
        return new SampleFile("application/gzip", packed.ToArray());
    }
}
