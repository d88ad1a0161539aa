using FunctionsCrawler.Benchmarks.Sites;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Benchmarks.Egress;

/// <summary>A benchmark scenario: a site and how it is crawled.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Description">The heading in the output.</param>
/// <param name="Site">The kind of site.</param>
/// <param name="Render">Whether pages are rendered in a browser.</param>
/// <param name="Times">The factor for the number of pages, so that fast scenarios run long enough.</param>
internal sealed record Scenario(string Name, string Description, SiteKind Site, RenderMode Render, int Times = 1)
{
    public static readonly IReadOnlyList<Scenario> All =
    [
        new(
            "documentation",
            "documentation pages, rendered; connections are kept open",
            SiteKind.Kept,
            RenderMode.Always
        ),
        new(
            "connections",
            $"one connection per request, rendered; each page loads {BenchmarkSite.OwnFiles} files",
            SiteKind.Closed,
            RenderMode.Always
        ),
        new("http", "one connection per request, without a browser", SiteKind.Closed, RenderMode.Never, Times: 10),
    ];

    /// <summary>Creates the request of one run.</summary>
    /// <param name="root">The root URL of the site.</param>
    /// <param name="pages">The number of pages from the command line, before applying <see cref="Times"/>.</param>
    public CrawlRequest Request(Uri root, int pages) =>
        new()
        {
            Mode = CrawlMode.Batch,
            Urls = [.. Enumerable.Range(0, pages * Times).Select(n => new Uri(root, $"/p/{n}").AbsoluteUri)],
            MaxPages = pages * Times,
            Render = Render,
        };
}
