using System.Globalization;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>Judges a soak by its samples.</summary>
/// <remarks>
/// A verdict must be reproducible. Therefore the whole confidence interval of an estimate is compared with the limit: if it
/// is above the limit, the judgement fails; if it is below, it passes. If the interval contains the limit, the estimate
/// decides, provided that the interval extends no further than the limit's size to either side, which means that a growth of
/// that size could be detected. Otherwise the outcome is "not judged", and the report says so.
/// </remarks>
internal static class SoakJudge
{
    /// <summary>The name of the judgement that uses <see cref="MemoryLimit"/>.</summary>
    public const string Memory = "memory";

    /// <summary>The most that the memory of this process may grow, in MB per invocation.</summary>
    public const double MemoryLimit = 0.1;

    /// <summary>
    /// The most that the number of open files, and of threads, may grow per invocation. Connection and thread pools vary by
    /// about ten, which over a hundred invocations can look like 0.1 per invocation.
    /// </summary>
    public const double CountLimit = 0.25;

    /// <summary>The most that latency may increase from the first to the last third, as a fraction.</summary>
    public const double DriftLimit = 0.10;

    /// <summary>
    /// The fraction of the built-in site's healthy pages that may fail. Not zero, because deadlines are short and machines
    /// sometimes slow.
    /// </summary>
    public const double FailedLimit = 0.01;

    /// <summary>The names of the judgements that need samples of many invocations.</summary>
    public static IReadOnlySet<string> OfSamples { get; } =
        new HashSet<string>(StringComparer.Ordinal) { Memory, OpenFiles, Threads, Latency };

    private const string OpenFiles = "open files";
    private const string Threads = "threads";
    private const string Latency = "latency";

    // Failures that are always allowed: so few say nothing about a fraction.
    private const int FewFailed = 2;

    // At first, compiled code, pools and caches grow. That is not a leak.
    private const double WarmUpShare = 0.2;

    /// <summary>All judgements that are based on samples: growth of memory, files and threads, and drift of latency.</summary>
    public static IReadOnlyList<Judgement> Judge(SoakSeries series)
    {
        var processes = Warm(series);
        return
        [
            Growth(Memory, "MB", processes.Select(p => (p.N, p.OwnMb)), MemoryLimit),
            Growth(OpenFiles, "", processes.Select(p => (p.N, (double)p.Handles)), CountLimit),
            Growth(Threads, "", processes.Select(p => (p.N, (double)p.Threads)), CountLimit),
            Drift(series.Probes.Where(p => p.N > WarmUp(series))),
        ];
    }

    /// <summary>The samples after the warm-up.</summary>
    public static IReadOnlyList<ProcessSample> Warm(SoakSeries series) =>
        [.. series.Processes.Where(p => p.N > WarmUp(series))];

    /// <summary>Fails if anything was left behind.</summary>
    public static Judgement Residue(IReadOnlyCollection<string> left) =>
        new(
            "residue",
            left.Count == 0 ? Outcome.Passed : Outcome.Failed,
            left.Count == 0 ? "nothing was left" : $"{left.Count} left: {string.Join("; ", left.Take(5))}"
        );

    /// <summary>Fails if too many healthy pages failed beside the hostile ones.</summary>
    public static Judgement Pages(PageTally pages)
    {
        var allowed = Math.Max(FewFailed, pages.Healthy * FailedLimit);
        return new Judgement(
            "healthy pages",
            pages.HealthyFailed > allowed ? Outcome.Failed : Outcome.Passed,
            Text($"{pages.HealthyFailed} of {pages.Healthy} failed; limit {FailedLimit:0%}, at least {FewFailed}")
        );
    }

    /// <summary>Fails if a crawl failed, or if no crawl launched a browser: then the soak proves nothing.</summary>
    public static Judgement Crawls(int crawls, int invocations, IReadOnlyList<string> faults, bool interrupted) =>
        faults.Count > 0 ? new Judgement("crawls", Outcome.Failed, string.Join("; ", faults.Take(5)))
        : invocations > 0 ? new Judgement("crawls", Outcome.Passed, $"all {crawls} completed")
        : interrupted
            ? new Judgement("crawls", Outcome.NotJudged, "the soak was interrupted before the first invocation")
        : new Judgement("crawls", Outcome.Failed, $"none of {crawls} crawls needed a browser, so nothing was tested");

    /// <summary>Compares an estimate with its limit; see the remarks of <see cref="SoakJudge"/>.</summary>
    public static Outcome Compare(Estimate estimate, double limit)
    {
        if (estimate.Low > limit)
            return Outcome.Failed;
        if (estimate.High <= limit)
            return Outcome.Passed;
        if (estimate.High - estimate.Value > limit || estimate.Value - estimate.Low > limit)
            return Outcome.NotJudged;
        return estimate.Value > limit ? Outcome.Failed : Outcome.Passed;
    }

    private static double WarmUp(SoakSeries series) => series.Invocations.Count * WarmUpShare;

    private static Judgement Growth(string what, string unit, IEnumerable<(int N, double Y)> samples, double limit)
    {
        var points = samples.Select(s => ((double)s.N, s.Y)).ToList();
        if (Statistics.Slope(points) is not { } slope)
            return new Judgement(
                what,
                Outcome.NotJudged,
                $"too few invocations for a slope: {points.Count} samples after the warm-up, {Statistics.FewestForSlope} are needed"
            );
        var named = unit.Length > 0 ? unit + " " : "";
        var outcome = Compare(slope, limit);
        var because = Text(
            $"{slope.Value:+0.000;-0.000} {named}per invocation, 95 % interval {slope.Low:+0.000;-0.000} to {slope.High:+0.000;-0.000}; limit {limit}"
        );
        return new Judgement(what, outcome, because + Caveat(outcome), slope);
    }

    // Latency depends on the load of the machine as much as on the crawler. Each probe is therefore divided by its control:
    // the same pages, visited moments later by a process that has just started.
    private static Judgement Drift(IEnumerable<ProbeSample> probes)
    {
        var ratios = probes
            .Where(p => p is { LatencyMs: > 0, ControlMs: > 0 })
            .Select(p => Math.Log(p.LatencyMs!.Value / p.ControlMs!.Value))
            .ToList();
        var third = ratios.Count / 3;
        if (Statistics.Shift([.. ratios.Take(third)], [.. ratios.TakeLast(third)]) is not { } shift)
            return new Judgement(
                Latency,
                Outcome.NotJudged,
                $"too few invocations for a drift: {ratios.Count} probes after the warm-up, {3 * Statistics.FewestForShift} are needed"
            );
        var drift = new Estimate(
            Math.Exp(shift.Value) - 1,
            Math.Exp(shift.Low) - 1,
            Math.Exp(shift.High) - 1,
            shift.Samples
        );
        var outcome = Compare(drift, DriftLimit);
        var because = Text(
            $"{drift.Value:+0.0%;-0.0%} from the first to the last third, 95 % interval {drift.Low:+0.0%;-0.0%} to {drift.High:+0.0%;-0.0%}; limit {DriftLimit:0%}"
        );
        return new Judgement(Latency, outcome, because + Caveat(outcome), drift);
    }

    private static string Caveat(Outcome outcome) =>
        outcome == Outcome.NotJudged ? "; the noise is larger than the limit, so this says nothing" : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
