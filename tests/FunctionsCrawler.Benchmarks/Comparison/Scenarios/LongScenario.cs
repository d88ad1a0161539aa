using System.Text.Json;
using FunctionsCrawler.Benchmarks.Comparison.Crawlers;
using FunctionsCrawler.Benchmarks.Sites;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Benchmarks.Comparison.Scenarios;

/// <summary>
/// Whether late pages of a crawl cost what early ones cost: the time of the pages around number 5,000 divided by that of the
/// pages around number 100.
/// </summary>
internal sealed class LongScenario() : Scenario("long")
{
    // Page 100 of a crawl whose late page is number 5,000.
    private const int EarlyPart = 50;

    /// <inheritdoc/>
    public override string Describe(Bench bench) =>
        $"one crawl of {PagesOf(bench):N0} pages of one size over HTTP; page {bench.LongPages:N0} beside page {Early(bench):N0}";

    /// <inheritdoc/>
    public override async Task<IReadOnlyList<Finding>> RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        var pages = PagesOf(bench);
        var crawler = new OwnCrawler(bench.Programs, RenderMode.Never);
        var ratios = new List<double>();
        await using var site = await SiteProcess.StartAsync(SiteKind.Uniform, pages, cancellationToken);
        while (ratios.Count < bench.Pairs)
        {
            var ratio = await InFolderAsync(async folder =>
            {
                var task = new SiteTask(new Uri(site.Url, "/p/0"), pages, bench.Concurrency, folder);
                var (exit, _) = await crawler.RunAsync(task, cancellationToken);
                var times = await DurationsAsync(OwnCrawler.OutputOf(task), cancellationToken);
                var (early, late) = (Around(times, Early(bench), bench), Around(times, bench.LongPages, bench));
                Console.WriteLine(
                    $"{ratios.Count + 1, 6}  {exit.Seconds:F1} s, page {Early(bench):N0}: {early:F1} ms, page {bench.LongPages:N0}: {late:F1} ms"
                );
                return late / early;
            });
            ratios.Add(ratio);
        }
        return
        [
            new(Name, $"time of page {bench.LongPages:N0} / page {Early(bench):N0}", "×", ratios)
            {
                Goal = Goal.AtMost(1.05),
            },
        ];
    }

    private static int Early(Bench bench) => Math.Max(1, bench.LongPages / EarlyPart);

    // To either side of a page: 50 for page 5,000.
    private static int Width(Bench bench) => Math.Max(1, Early(bench) / 2);

    private static int PagesOf(Bench bench) => bench.LongPages + Width(bench);

    /// <summary>
    /// The mean of the middle half of the times around a page. Times are whole milliseconds, so a median would be too coarse.
    /// </summary>
    private static double Around(IReadOnlyList<long> times, int page, Bench bench)
    {
        var width = Width(bench);
        var window = times.Skip(page - width).Take(2 * width).Order().ToList();
        return window.Skip(window.Count / 4).Take((window.Count + 1) / 2).Average(t => Math.Max(1, t));
    }

    // In the order in which the visits began.
    private static async Task<IReadOnlyList<long>> DurationsAsync(string output, CancellationToken cancellationToken)
    {
        var visits = new List<(DateTimeOffset At, long Ms)>();
        await foreach (var line in File.ReadLinesAsync(Path.Combine(output, "pages.ndjson"), cancellationToken))
        {
            using var record = JsonDocument.Parse(line);
            var at = record.RootElement.GetProperty("fetchedAt").GetDateTimeOffset();
            visits.Add((at, record.RootElement.GetProperty("durationMs").GetInt64()));
        }
        return [.. visits.OrderBy(v => v.At).Select(v => v.Ms)];
    }
}
