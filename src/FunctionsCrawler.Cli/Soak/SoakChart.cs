using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>Draws a soak as SVG: panels one above the other over the same invocations, for light and dark surroundings.</summary>
internal static class SoakChart
{
    private const int Head = 64;
    private const int Foot = 24;

    private const string Style = """
        svg{background:#fff;font:12px system-ui,sans-serif}text{fill:#555}.h,.t{fill:#111;font-weight:600}.t{font-size:16px}
        .g{stroke:#e3e3e3}.l{fill:none;stroke-width:1.6;stroke-linejoin:round}.p{stroke-width:4;stroke-linecap:round}
        .d{stroke-dasharray:5 4}.a{stroke:#1f6fb4}.b{stroke:#d9730d}.c{stroke:#a8b3bd}
        .ok{fill:#1a7f37}.bad{fill:#c62828}
        @media(prefers-color-scheme:dark){svg{background:#15181c}text{fill:#a9b1ba}.h,.t{fill:#f0f2f4}.g{stroke:#2b3138}
        .a{stroke:#62b0f0}.b{stroke:#f2a154}.c{stroke:#59646f}.ok{fill:#56c271}.bad{fill:#ff7b72}}
        """;

    /// <summary>The chart.</summary>
    public static string Draw(SoakSummary summary, SoakSeries series)
    {
        var panels = Panels(summary, series);
        var height = Head + (panels.Length * SvgPanel.Height) + Foot;
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SvgPanel.Width} {height}\" width=\"{SvgPanel.Width}\" height=\"{height}\" role=\"img\">\n<style>{Style}</style>\n"
        );
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text class=\"t\" x=\"20\" y=\"26\">crawl soak, {summary.StartedAt:yyyy-MM-dd HH:mm} UTC, {summary.Invocations} invocations</text>\n"
        );
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"20\" y=\"46\">{SvgText.Of(summary.Options)} · <tspan class=\"{(summary.Passed ? "ok" : "bad")}\">{SvgText.Of(SoakText.Verdict(summary))}</tspan></text>\n"
        );
        var last = Math.Max(1, summary.Invocations);
        for (var i = 0; i < panels.Length; i++)
            panels[i].Draw(svg, Head + (i * SvgPanel.Height), last);
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{SvgPanel.Width / 2}\" y=\"{height - 8}\" text-anchor=\"middle\">invocations</text>\n</svg>\n"
        );
        return svg.ToString();
    }

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

    // The estimate, drawn through the middle of the samples that it rests on.
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
