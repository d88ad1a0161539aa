using System.Globalization;
using FunctionsCrawler.Benchmarks.Comparison.Crawlers;

namespace FunctionsCrawler.Benchmarks.Comparison;

/// <summary>The settings of a benchmark and what it has measured so far.</summary>
internal sealed class Bench
{
    /// <summary>The number of rounds; in each, every crawler runs once.</summary>
    public required int Pairs { get; init; }

    /// <summary>The number of pages of a site.</summary>
    public required int Pages { get; init; }

    /// <summary>Pages in flight, for every crawler.</summary>
    public required int Concurrency { get; init; }

    /// <summary>The page whose latency is compared with that of an early page.</summary>
    public required int LongPages { get; init; }

    /// <summary>How long an idle server is watched.</summary>
    public required TimeSpan IdleTime { get; init; }

    /// <summary>The programs that are measured.</summary>
    public required Programs Programs { get; init; }

    /// <summary>Processes that wanted the processor before the benchmark began, the average of a minute (proc(5), loadavg).</summary>
    public double Load { get; } =
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>All crawls so far.</summary>
    public List<CrawlRun> Runs { get; } = [];

    /// <summary>All figures so far.</summary>
    public List<Finding> Findings { get; } = [];
}

/// <summary>One crawl of one crawler.</summary>
/// <param name="Scenario">The name of the scenario.</param>
/// <param name="Round">The round, from 1.</param>
/// <param name="Crawler">The name of the crawler.</param>
/// <param name="Pages">The number of pages.</param>
/// <param name="Seconds">From the start of the program to its exit.</param>
/// <param name="CpuSeconds">User and system time of all its processes.</param>
/// <param name="PeakMb">The highest memory of all its processes together, PSS in MB.</param>
/// <param name="RenderedShare">The share of pages that a browser rendered, from 0 to 1.</param>
internal sealed record CrawlRun(
    string Scenario,
    int Round,
    string Crawler,
    int Pages,
    double Seconds,
    double CpuSeconds,
    double PeakMb,
    double RenderedShare
)
{
    public double PagesPerSecond => Pages / Seconds;

    public double CpuMsPerPage => CpuSeconds * 1000 / Pages;
}
