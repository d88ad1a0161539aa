using System.Globalization;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>Judges a soak by its samples.</summary>
/// <remarks>
/// A verdict must be the same when the soak is repeated. So an estimate is held against its limit by its interval: above
/// it as a whole, the thing fails; below, it passes. An interval that holds the limit goes by the estimate if it is no
/// wider than the limit to either side, that is, if what was to be seen could be seen; else the thing is not judged, and
/// the report says so.
/// </remarks>
internal static class SoakJudge
{
    /// <summary>What is said to be judged by <see cref="MemoryLimit"/>.</summary>
    public const string Memory = "memory";

    /// <summary>MB by which this process may grow with each invocation.</summary>
    public const double MemoryLimit = 0.1;

    /// <summary>
    /// Open files, and threads, by which this process may grow with each invocation. Pools of connections and threads rise
    /// and fall by some ten: over a hundred invocations that alone may look like a tenth of one each.
    /// </summary>
    public const double CountLimit = 0.25;

    /// <summary>Share by which pages may take longer in the last third than in the first.</summary>
    public const double DriftLimit = 0.10;

    /// <summary>Share of the built-in site's healthy pages that may fail: deadlines are short, machines sometimes slow.</summary>
    public const double FailedLimit = 0.01;

    // So few say nothing of a share.
    private const int FewFailed = 2;

    // Compiled code, pools and caches fill up at first: that is no leak.
    private const double WarmUpShare = 0.2;

    /// <summary>Everything that is judged by the samples.</summary>
    public static IReadOnlyList<Judgement> Judge(SoakSeries series)
    {
        var processes = Warm(series);
        return
        [
            Growth(Memory, "MB", processes.Select(p => (p.N, p.OwnMb)), MemoryLimit),
            Growth("open files", "", processes.Select(p => (p.N, (double)p.Handles)), CountLimit),
            Growth("threads", "", processes.Select(p => (p.N, (double)p.Threads)), CountLimit),
            Drift(series.Probes.Where(p => p.N > WarmUp(series))),
        ];
    }

    /// <summary>The samples after the warm-up.</summary>
    public static IReadOnlyList<ProcessSample> Warm(SoakSeries series) =>
        [.. series.Processes.Where(p => p.N > WarmUp(series))];

    /// <summary>Judges what was left.</summary>
    public static Judgement Residue(IReadOnlyCollection<string> left) =>
        new(
            "residue",
            left.Count == 0 ? Outcome.Passed : Outcome.Failed,
            left.Count == 0 ? "nothing was left" : $"{left.Count} left: {string.Join("; ", left.Take(5))}"
        );

    /// <summary>Judges whether healthy pages came in spite of hostile ones.</summary>
    public static Judgement Pages(PageTally pages)
    {
        var allowed = Math.Max(FewFailed, pages.Healthy * FailedLimit);
        return new Judgement(
            "healthy pages",
            pages.HealthyFailed > allowed ? Outcome.Failed : Outcome.Passed,
            Text($"{pages.HealthyFailed} of {pages.Healthy} failed; up to {FailedLimit:0%} may, or {FewFailed}")
        );
    }

    /// <summary>Judges whether the crawls came to their ends, and were any proof.</summary>
    public static Judgement Crawls(int crawls, int invocations, IReadOnlyList<string> faults, bool interrupted) =>
        faults.Count > 0 ? new Judgement("crawls", Outcome.Failed, string.Join("; ", faults.Take(5)))
        : invocations > 0 ? new Judgement("crawls", Outcome.Passed, $"all {crawls} came to their ends")
        : interrupted ? new Judgement("crawls", Outcome.NotJudged, "the soak was ended before the first invocation")
        : new Judgement(
            "crawls",
            Outcome.Failed,
            $"no browser was needed by any of {crawls} crawls, so nothing was tried"
        );

    /// <summary>Holds an estimate against its limit.</summary>
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
        return new Judgement(what, outcome, because + Doubt(outcome), slope);
    }

    // A page's latency says as much about what else the machine does as about us. Each probe is therefore divided by its
    // control, the same pages visited moments later by a process that has just been started and cannot have grown old.
    private static Judgement Drift(IEnumerable<ProbeSample> probes)
    {
        var ratios = probes
            .Where(p => p is { LatencyMs: > 0, ControlMs: > 0 })
            .Select(p => Math.Log(p.LatencyMs!.Value / p.ControlMs!.Value))
            .ToList();
        var third = ratios.Count / 3;
        if (Statistics.Shift([.. ratios.Take(third)], [.. ratios.TakeLast(third)]) is not { } shift)
            return new Judgement(
                "latency",
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
        return new Judgement("latency", outcome, because + Doubt(outcome), drift);
    }

    private static string Doubt(Outcome outcome) =>
        outcome == Outcome.NotJudged ? "; the noise is larger than the limit, so this says nothing" : "";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
