using System.Globalization;
using System.Text;
using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Benchmarks.Comparison;

/// <summary>
/// Draws ratios as SVG: a row for each, with a line from minimum to maximum, a dot at the median and a mark at the goal, on a
/// logarithmic axis. Adapts to light and dark mode.
/// </summary>
internal static class RatioChart
{
    private const int Width = 960;
    private const int Left = 490;
    private const int Right = 120;
    private const int Head = 64;
    private const int Row = 24;
    private const int Foot = 34;

    private const string Style = """
        svg{background:#fff;font:12px system-ui,sans-serif}text{fill:#555}.t{fill:#111;font-weight:600;font-size:16px}
        .g{stroke:#e3e3e3}.one{stroke:#999}.l{stroke:#1f6fb4;stroke-width:2}.p{fill:#1f6fb4}.goal{stroke:#d9730d;stroke-width:3}
        .ok{fill:#1a7f37}.bad{fill:#c62828}
        @media(prefers-color-scheme:dark){svg{background:#15181c}text{fill:#a9b1ba}.t{fill:#f0f2f4}.g{stroke:#2b3138}.one{stroke:#59646f}
        .l{stroke:#62b0f0}.p{fill:#62b0f0}.goal{stroke:#f2a154}.ok{fill:#56c271}.bad{fill:#ff7b72}}
        """;

    /// <summary>Draws the ratios of all findings that have one.</summary>
    public static string Draw(Bench bench)
    {
        var ratios = bench.Findings.Where(f => f is { Unit: "×", Values.Count: > 0 }).ToList();
        var height = Head + (ratios.Count * Row) + Foot;
        var svg = new StringBuilder();
        Write(
            svg,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" role=\"img\">\n<style>{Style}</style>\n"
        );
        Write(
            svg,
            $"<text class=\"t\" x=\"20\" y=\"26\">crawl beside other crawlers: its figure divided by theirs</text>\n"
        );
        Write(
            svg,
            $"<text x=\"20\" y=\"46\">{SvgText.Of(Subtitle(bench))}; line: minimum to maximum, dot: median, mark: goal</text>\n"
        );
        var axis = LogAxis.Of(ratios.SelectMany(Numbers));
        foreach (var tick in axis.Ticks)
        {
            var style = tick == 1 ? "one" : "g";
            Write(svg, $"<path class=\"{style}\" d=\"M{X(axis, tick):F1} {Head - 8}V{height - Foot}\"/>");
            Write(
                svg,
                $"<text x=\"{X(axis, tick):F1}\" y=\"{height - Foot + 18}\" text-anchor=\"middle\">{FigureText.Format(tick)} ×</text>\n"
            );
        }
        for (var i = 0; i < ratios.Count; i++)
            Line(svg, axis, ratios[i], Head + (i * Row) + (Row / 2));
        return svg.Append("</svg>\n").ToString();
    }

    private static void Line(StringBuilder svg, LogAxis axis, Finding finding, int y)
    {
        Write(
            svg,
            $"<text x=\"{Left - 16}\" y=\"{y + 4}\" text-anchor=\"end\">{SvgText.Of($"{finding.Scenario}: {finding.What}")}</text>"
        );
        Write(svg, $"<path class=\"l\" d=\"M{X(axis, finding.Min):F1} {y}H{X(axis, finding.Max):F1}\"/>");
        Write(svg, $"<circle class=\"p\" cx=\"{X(axis, finding.Median):F1}\" cy=\"{y}\" r=\"4\"/>");
        if (finding.Goal is { } goal)
            Write(svg, $"<path class=\"goal\" d=\"M{X(axis, goal.Value):F1} {y - 8}v16\"/>");
        var style = finding.IsMet switch
        {
            true => "ok",
            false => "bad",
            null => "",
        };
        var text = $"{FigureText.Format(finding.Median)} ×" + (finding.Goal is null ? "" : $" ({finding.Goal})");
        Write(svg, $"<text class=\"{style}\" x=\"{Width - Right + 16}\" y=\"{y + 4}\">{SvgText.Of(text)}</text>\n");
    }

    private static IEnumerable<double> Numbers(Finding finding) =>
        finding.Goal is { } goal ? [finding.Min, finding.Max, goal.Value] : [finding.Min, finding.Max];

    private static string Subtitle(Bench bench) =>
        $"{bench.Pairs} {(bench.Pairs == 1 ? "pair" : "pairs")} of {bench.Pages} pages, {Environment.ProcessorCount} cores, {TimeProvider.System.GetUtcNow():yyyy-MM-dd}";

    private static double X(LogAxis axis, double value) => Left + (axis.Place(value) * (Width - Left - Right));

    private static void Write(StringBuilder svg, FormattableString text) =>
        svg.Append(text.ToString(CultureInfo.InvariantCulture));
}

/// <summary>A logarithmic axis that begins and ends at a power of ten and contains 1.</summary>
/// <param name="Low">The exponent of its beginning.</param>
/// <param name="High">The exponent of its end.</param>
internal sealed record LogAxis(int Low, int High)
{
    public IEnumerable<double> Ticks => Enumerable.Range(Low, High - Low + 1).Select(e => Math.Pow(10, e));

    /// <summary>The axis for positive values.</summary>
    public static LogAxis Of(IEnumerable<double> values)
    {
        List<double> logs = [0, .. values.Where(v => v > 0).Select(Math.Log10)];
        return new((int)Math.Floor(logs.Min() - 0.001), (int)Math.Ceiling(logs.Max() + 0.001));
    }

    /// <summary>Where a value is, from 0 to 1.</summary>
    public double Place(double value) => Math.Clamp((Math.Log10(value) - Low) / (High - Low), 0, 1);
}
