using System.Diagnostics;
using FunctionsCrawler.Benchmarks.Measuring;
using FunctionsCrawler.Benchmarks.Sites;

namespace FunctionsCrawler.Benchmarks.Comparison.Scenarios;

/// <summary>How long short commands take as whole processes.</summary>
internal sealed class StartScenario() : Scenario("start")
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public override string Describe(Bench bench) => "short commands as whole processes, after one that does not count";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<Finding>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using var site = await SiteProcess.StartAsync(SiteKind.Static, cancellationToken);
        var page = new Uri(site.Url, "/p/0");
        return
        [
            await MeasureAsync("crawl scrape of a static page", 0.5, "scrape", page.AbsoluteUri, "--allow", page.Host),
            await MeasureAsync("crawl --help", 0.15, "--help"),
        ];

        async Task<Finding> MeasureAsync(string what, double most, params string[] arguments)
        {
            await TimeAsync(bench, arguments, cancellationToken);
            var seconds = new List<double>();
            while (seconds.Count < bench.Pairs)
                seconds.Add(await TimeAsync(bench, arguments, cancellationToken));
            return new(Name, what, "s", seconds) { Goal = Goal.AtMost(most) };
        }
    }

    private static Task<double> TimeAsync(Bench bench, string[] arguments, CancellationToken cancellationToken) =>
        InFolderAsync(async folder =>
        {
            var start = new ProcessStartInfo(bench.Programs.Crawl, arguments) { WorkingDirectory = folder };
            start.Environment["TMPDIR"] = folder;
            start.Environment["CRAWL_CHROMIUM"] = bench.Programs.Chromium;
            var exit = await MeasuredProcess.RunAsync(start, Limit, cancellationToken);
            if (exit.Code != 0 || exit.Out.Length < 1000)
                throw new BenchmarkException($"crawl {arguments[0]} ended with exit code {exit.Code}: {exit.Error}");
            return exit.Seconds;
        });
}
