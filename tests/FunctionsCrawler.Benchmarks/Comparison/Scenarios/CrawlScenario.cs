using FunctionsCrawler.Benchmarks.Comparison.Crawlers;
using FunctionsCrawler.Benchmarks.Measuring;
using FunctionsCrawler.Benchmarks.Sites;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Benchmarks.Comparison.Scenarios;

/// <summary>One of our modes beside one peer.</summary>
/// <param name="Ours">The mode.</param>
/// <param name="Peer">Creates the peer.</param>
/// <param name="Speed">The goal for pages/s, ours divided by the peer's.</param>
/// <param name="Memory">The goal for peak memory, ours divided by the peer's.</param>
internal sealed record Versus(
    RenderMode Ours,
    Func<Programs, SiteCrawler> Peer,
    Goal? Speed = null,
    Goal? Memory = null
);

/// <summary>Crawls a site with our modes and with peers in turn.</summary>
/// <param name="name">The name on the command line.</param>
/// <param name="description">What the site is like.</param>
/// <param name="site">The site.</param>
/// <param name="times">The factor for the number of pages, so that fast crawls last long enough.</param>
/// <param name="comparisons">What is compared.</param>
internal sealed class CrawlScenario(
    string name,
    string description,
    SiteKind site,
    int times,
    params IReadOnlyList<Versus> comparisons
) : Scenario(name)
{
    /// <summary>The scenarios that crawl sites.</summary>
    public static IReadOnlyList<CrawlScenario> OfSites { get; } =
    [
        new(
            "static",
            "documentation, complete as the server sends it",
            SiteKind.Static,
            1,
            new(RenderMode.Auto, Playwright, Goal.AtLeast(40)),
            new(RenderMode.Always, Playwright, Goal.AtLeast(3.3), Goal.AtMost(0.5))
        ),
        new(
            "http",
            "the same documentation without a browser",
            SiteKind.Static,
            5,
            new(RenderMode.Never, Cheerio, Goal.AtLeast(5)),
            new(RenderMode.Never, Scrapy, Goal.AtLeast(8))
        ),
        new("rendered", "pages that a script builds", SiteKind.Rendered, 1, new Versus(RenderMode.Auto, Playwright)),
        new("mixed", "a script builds every fourth page", SiteKind.Mixed, 1, new Versus(RenderMode.Auto, Playwright)),
        new(
            "link-dense",
            "1,500 links on each page; Crawlee pauses a second for each 1,000",
            SiteKind.Dense,
            1,
            new(RenderMode.Never, Cheerio),
            new(RenderMode.Never, Scrapy)
        ),
    ];

    /// <inheritdoc/>
    public override string Describe(Bench bench) => $"{description}; {bench.Pages * times:N0} pages";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<Finding>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var pages = bench.Pages * times;
        var crawlers = comparisons
            .Select(c => (SiteCrawler)new OwnCrawler(bench.Programs, c.Ours))
            .Concat(comparisons.Select(c => c.Peer(bench.Programs)))
            .DistinctBy(c => c.Name)
            .Where(c => c.Absence is null)
            .ToList();
        await using var server = await SiteProcess.StartAsync(site, pages, cancellationToken);
        await WarmUpAsync(server.Url, pages, cancellationToken);
        Report.PrintRunHeader();
        for (var round = 0; round < bench.Pairs; round++)
        {
            // Another one begins each round, so that drift over time favours none.
            for (var i = 0; i < crawlers.Count; i++)
            {
                var crawler = crawlers[(round + i) % crawlers.Count];
                var run = await InFolderAsync(folder =>
                    RunAsync(
                        crawler,
                        round + 1,
                        new(Page(server.Url, 0), pages, bench.Concurrency, folder),
                        cancellationToken
                    )
                );
                bench.Runs.Add(run);
                Report.Print(run);
            }
        }
        return [.. comparisons.SelectMany(c => Compare(bench, c))];
    }

    private static CrawleeCrawler Playwright(Programs programs) => new(programs, isRendering: true);

    private static CrawleeCrawler Cheerio(Programs programs) => new(programs, isRendering: false);

    private static ScrapyCrawler Scrapy(Programs programs) => new(programs);

    private static Uri Page(Uri site, int number) => new(site, $"/p/{number}");

    // The first crawl would otherwise pay for the compilation of the server. Also checks that all pages are there.
    private static async Task WarmUpAsync(Uri site, int pages, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        for (var page = 0; page < pages; page++)
            await client.GetByteArrayAsync(Page(site, page), cancellationToken);
    }

    private async Task<CrawlRun> RunAsync(
        SiteCrawler crawler,
        int round,
        SiteTask task,
        CancellationToken cancellationToken
    )
    {
        var (exit, rendered) = await crawler.RunAsync(task, cancellationToken);
        return new(Name, round, crawler.Name, task.Pages, exit.Seconds, exit.CpuSeconds, exit.PeakMb, rendered);
    }

    private IEnumerable<Finding> Compare(Bench bench, Versus versus)
    {
        var (ours, peer) = (new OwnCrawler(bench.Programs, versus.Ours), versus.Peer(bench.Programs));
        Finding[] ratios =
        [
            Ratio("pages/s", r => r.PagesPerSecond, versus.Speed),
            Ratio("processor time", r => r.CpuSeconds, goal: null),
            Ratio("peak memory", r => r.PeakMb, versus.Memory),
        ];
        // Of a peer that is not there, only the goals are shown.
        return ratios.Where(r => r.Values.Count > 0 || r.Goal is not null);

        Finding Ratio(string what, Func<CrawlRun, double> value, Goal? goal)
        {
            // Runs are in the order of their rounds.
            var pairs = Values(ours.Name, value).Zip(Values(peer.Name, value), (a, b) => a / b);
            return new(Name, $"{ours.Name} / {peer.Name}: {what}", "×", [.. pairs])
            {
                Goal = goal,
                Reason = peer.Absence,
            };
        }

        IEnumerable<double> Values(string crawler, Func<CrawlRun, double> value) =>
            bench.Runs.Where(r => r.Scenario == Name && r.Crawler == crawler).Select(value);
    }
}
