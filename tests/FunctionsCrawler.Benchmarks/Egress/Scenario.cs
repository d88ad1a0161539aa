using FunctionsCrawler.Benchmarks.Sites;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Benchmarks.Egress;

/// <summary>What is crawled, and how.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Description">Its heading.</param>
/// <param name="Site">The site.</param>
/// <param name="Render">Whether browsers visit the pages.</param>
/// <param name="Times">How many times the pages of the others it takes to be long enough.</param>
internal sealed record Scenario(string Name, string Description, SiteKind Site, RenderMode Render, int Times = 1)
{
    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<Scenario> All =
    [
        new("documentation", "a documentation, rendered; connections are kept", SiteKind.Kept, RenderMode.Always),
        new(
            "connections",
            $"a connection for each request, rendered; a page and its {BenchmarkSite.OwnFiles} files",
            SiteKind.Closed,
            RenderMode.Always
        ),
        new("http", "a connection for each request, without a browser", SiteKind.Closed, RenderMode.Never, Times: 10),
    ];

    /// <summary>The request of one run.</summary>
    /// <param name="root">The site.</param>
    /// <param name="pages">As asked for on the command line.</param>
    public CrawlRequest Request(Uri root, int pages) =>
        new()
        {
            Mode = CrawlMode.Batch,
            Urls = [.. Enumerable.Range(0, pages * Times).Select(n => new Uri(root, $"/p/{n}").AbsoluteUri)],
            MaxPages = pages * Times,
            Render = Render,
        };
}
