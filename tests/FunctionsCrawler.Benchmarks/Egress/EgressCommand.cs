using System.CommandLine;
using FunctionsCrawler.Benchmarks.Measuring;
using FunctionsCrawler.Benchmarks.Sites;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Benchmarks.Egress;

/// <summary><c>egress</c>: compares the pages per second of crawls with and without the egress guard.</summary>
internal sealed class EgressCommand : Command
{
    private const double MaxCost = 0.05;

    private readonly Option<int> _pairs = OptionKinds.Number("--pairs", 10, 2, 1000, "Pairs of runs of each scenario.");

    private readonly Option<int> _pages = OptionKinds.Number(
        "--pages",
        200,
        1,
        1000,
        "Pages per run; the http scenario uses 10 times as many."
    );

    private readonly Option<string[]> _only = OptionKinds.Many(
        "--only",
        "SCENARIO",
        "Run only this scenario; default: all."
    );

    public EgressCommand()
        : base("egress", "Compares pages per second with and without the egress guard.")
    {
        _only.AcceptOnlyFromAmong([.. Scenario.All.Select(s => s.Name)]);
        foreach (var option in (Option[])[_pairs, _pages, _only])
            Options.Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (pairs, pages) = (parsed.GetValue(_pairs), parsed.GetValue(_pages));
        var only = parsed.GetValue(_only) is { Length: > 0 } names ? names : [.. Scenario.All.Select(s => s.Name)];
        var chromium = ChromiumLocator.Find(out var fault) ?? throw new BenchmarkException(fault!);
        Console.WriteLine($"egress: {pairs} pairs of {pages} pages on {Environment.ProcessorCount} cores, pages/s");
        var within = true;
        foreach (var scenario in Scenario.All.Where(s => only.Contains(s.Name, StringComparer.Ordinal)))
        {
            Console.WriteLine($"\n{scenario.Name}: {scenario.Description}");
            within &= Judge(await MeasureAsync(scenario, pairs, pages, chromium, cancellationToken));
        }
        return within ? 0 : 1;
    }

    private static async Task<IReadOnlyList<Pair>> MeasureAsync(
        Scenario scenario,
        int count,
        int pages,
        ChromiumLocation chromium,
        CancellationToken cancellationToken
    )
    {
        await using var site = await SiteProcess.StartAsync(scenario.Site, cancellationToken);
        var request = scenario.Request(site.Url, pages);
        var with = new CrawlerOptions { Chromium = chromium, Allow = [site.Url.Host] };
        // No allow entry: if the guard were active, the pages would fail.
        var without = new CrawlerOptions { Chromium = chromium, IsUnguarded = true };
        // Warm up, so that no measured run pays for work done once per process, such as JIT compilation.
        await CrawlTimer.RunAsync(request, without, cancellationToken);
        await CrawlTimer.RunAsync(request, with, cancellationToken);

        var pairs = new List<Pair>();
        Console.WriteLine(" pair  first      off       on   on/off");
        while (pairs.Count < count)
        {
            // Alternate the order, so that drift over time favours neither.
            var isOffFirst = pairs.Count % 2 == 0;
            var first = await CrawlTimer.RunAsync(request, isOffFirst ? without : with, cancellationToken);
            var second = await CrawlTimer.RunAsync(request, isOffFirst ? with : without, cancellationToken);
            var pair = isOffFirst ? new Pair(first, second) : new Pair(second, first);
            pairs.Add(pair);
            Console.WriteLine(
                $"{pairs.Count, 5}  {(isOffFirst ? "off" : "on"), -5} {pair.Without, 8:F2} {pair.With, 8:F2} {pair.Ratio, 8:F4}"
            );
        }
        return pairs;
    }

    private static bool Judge(IReadOnlyList<Pair> pairs)
    {
        var common = Pair.CommonRatio(pairs);
        var median = Statistics.Median(pairs.Select(p => p.Ratio));
        // The lower end of the ratio is the upper end of the cost.
        var highestCost = 1 - common.Low;
        Console.WriteLine(
            $"on/off: median {median:F4}, mean {common.Value:F4}, 95 % interval {common.Low:F4} to {common.High:F4}"
        );
        Console.WriteLine(
            $"the guard costs {1 - common.Value:P1}, at most {highestCost:P1}: "
                + (highestCost <= MaxCost ? $"within {MaxCost:P0}" : $"not shown to be within {MaxCost:P0}")
        );
        return highestCost <= MaxCost;
    }
}
