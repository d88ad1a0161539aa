namespace FunctionsCrawler.Cli.Soak;

/// <summary>Draws a soak as SVG: panels that share an x axis, the invocations.</summary>
internal static class SoakChart
{
    public static string Draw(SoakSummary summary, SoakSeries series) =>
        SvgChart.Draw(
            $"crawl soak, {summary.StartedAt:yyyy-MM-dd HH:mm} UTC, {summary.Invocations} invocations",
            $"{SvgText.Of(summary.Options)} · <tspan class=\"{(summary.Passed ? "ok" : "bad")}\">{SvgText.Of(SoakText.Verdict(summary))}</tspan>",
            "invocations",
            Panels(summary, series),
            Math.Max(1, summary.Invocations)
        );

    private static SvgPanel[] Panels(SoakSummary summary, SoakSeries series) =>
        [
            new(
                "Memory of the worker, MB (PSS)",
                [
                    Line("as found", "c", series.Processes, p => p.PssMb),
                    Line("after a collection, without files", "a", series.Processes, p => p.OwnMb),
                    new SvgLine("slope", "b d", Slope(summary, series)),
                ]
            ),
            new(
                "Memory of worker and browsers, peak of each crawl, MB (PSS)",
                [Line("", "a", series.Processes, p => p.TreePeakMb) with { AreDots = true }]
            ),
            new(
                "Processes",
                [
                    Line("peak of each crawl", "a", series.Processes, p => p.ProcessesPeak) with
                    {
                        AreDots = true,
                    },
                    Line("left after it", "b", series.Processes, p => p.ProcessesLeft),
                ]
            ),
            new(
                "Open files and threads of the worker",
                [
                    Line("open files", "a", series.Processes, p => p.Handles),
                    Line("threads", "b", series.Processes, p => p.Threads),
                ]
            ),
            new(
                "Latency of the probe's pages, median ms",
                [
                    new SvgLine("a process just started", "c", Probes(series, p => p.ControlMs)),
                    new SvgLine("the worker", "a", Probes(series, p => p.LatencyMs)),
                ]
            ),
        ];

    // The estimated slope, drawn through the median of the samples it was estimated from.
    private static List<(double, double)> Slope(SoakSummary summary, SoakSeries series)
    {
        if (summary.Judgements.FirstOrDefault(j => j.What is SoakJudge.Memory) is not { Estimate.Value: var slope })
            return [];
        var warm = SoakJudge.Warm(series);
        var (x, y) = (Statistics.Median(warm.Select(p => (double)p.N)), Statistics.Median(warm.Select(p => p.OwnMb)));
        return [At(warm[0].N), At(warm[^1].N)];

        (double, double) At(double n) => (n, y + (slope * (n - x)));
    }

    private static SvgLine Line(
        string name,
        string colour,
        IReadOnlyList<ProcessSample> samples,
        Func<ProcessSample, double> value
    ) => new(name, colour, [.. samples.Select(s => ((double)s.N, value(s)))]);

    private static List<(double, double)> Probes(SoakSeries series, Func<ProbeSample, double?> value) =>
        [.. series.Probes.Where(p => value(p) is not null).Select(p => ((double)p.N, value(p)!.Value))];
}
