using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>One line of a panel.</summary>
/// <param name="Name">The label in the legend; empty for none.</param>
/// <param name="Style">Classes of the chart's style sheet.</param>
/// <param name="Points">The invocation (x) and value (y) of each point.</param>
internal sealed record SvgLine(string Name, string Style, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>Whether the points are not connected: nothing is known about the values between two peaks.</summary>
    public bool AreDots { get; init; }
}

/// <summary>One diagram of a chart: a heading, two axes, some lines.</summary>
/// <param name="Heading">The heading, with the unit.</param>
/// <param name="Lines">The lines; those without points are left out.</param>
internal sealed record SvgPanel(string Heading, IReadOnlyList<SvgLine> Lines)
{
    public const int Width = 900;
    public const int Height = 170;
    private const int Left = 56;
    private const int Right = 24;
    private const int Top = 34;
    private const int Bottom = 22;

    private static double ToX(double value, double last) => Left + (value / last * (Width - Left - Right));

    /// <summary>Appends the panel to an SVG.</summary>
    /// <param name="svg">The SVG.</param>
    /// <param name="y">The upper edge of the panel.</param>
    /// <param name="last">The last invocation, which ends the x axis.</param>
    public void Draw(StringBuilder svg, int y, double last)
    {
        var lines = Lines.Where(l => l.Points.Count > 0).ToList();
        Write(
            svg,
            $"<g transform=\"translate(0 {y})\"><text class=\"h\" x=\"{Left}\" y=\"16\">{SvgText.Of(Heading)}</text>"
        );
        Legend(svg, lines);
        var values = lines.SelectMany(l => l.Points).Select(p => p.Y).ToList();
        var ticks = Ticks(values.Count > 0 ? values.Min() : 0, values.Count > 0 ? values.Max() : 1);
        foreach (var tick in ticks)
        {
            var at = ToY(tick, ticks);
            Write(svg, $"<path class=\"g\" d=\"M{Left} {at:F1}H{Width - Right}\"/>");
            Write(svg, $"<text x=\"{Left - 8}\" y=\"{at + 4:F1}\" text-anchor=\"end\">{tick:0.###}</text>");
        }
        foreach (var tick in Ticks(0, last).Where(t => t <= last))
            Write(
                svg,
                $"<text x=\"{ToX(tick, last):F1}\" y=\"{Height - 6}\" text-anchor=\"middle\">{tick:0.###}</text>"
            );
        foreach (var line in lines)
        {
            var points = line.Points.Select(p => Text($"{ToX(p.X, last):F1} {ToY(p.Y, ticks):F1}"));
            var d = line.AreDots ? string.Concat(points.Select(p => $"M{p}h0")) : "M" + string.Join('L', points);
            Write(svg, $"<path class=\"{Class(line)}\" d=\"{d}\"/>");
        }
        svg.Append("</g>\n");
    }

    // Right-aligned beside the heading; a sample of the line precedes each name.
    private static void Legend(StringBuilder svg, List<SvgLine> lines)
    {
        double x = Width - Right;
        foreach (var line in lines.Where(l => l.Name.Length > 0).Reverse())
        {
            // An upper estimate of the text width, because fonts differ.
            x -= line.Name.Length * 6.6;
            Write(svg, $"<text x=\"{x:F0}\" y=\"16\">{SvgText.Of(line.Name)}</text>");
            Write(svg, $"<path class=\"{Class(line)}\" d=\"M{x - 22:F0} 12h{(line.AreDots ? 0 : 16)}\"/>");
            x -= 38;
        }
    }

    private static string Class(SvgLine line) => (line.AreDots ? "p " : "l ") + line.Style;

    private static double ToY(double value, double[] ticks) =>
        Height - Bottom - ((value - ticks[0]) / (ticks[^1] - ticks[0]) * (Height - Top - Bottom));

    /// <summary>Four to seven round numbers that enclose a range.</summary>
    internal static double[] Ticks(double least, double most)
    {
        // A minimum span, so that noise in an almost constant series does not look like large changes.
        var span = Math.Max(most - least, Math.Max(Math.Abs(most) * 0.1, 1));
        var rough = span / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step =
            power
            * (rough / power) switch
            {
                <= 1 => 1,
                <= 2 => 2,
                <= 5 => 5,
                _ => 10,
            };
        var first = Math.Floor(least / step);
        var count = (int)Math.Max(1, Math.Ceiling(most / step) - first);
        return [.. Enumerable.Range(0, count + 1).Select(i => (first + i) * step)];
    }

    private static void Write(StringBuilder svg, FormattableString text) => svg.Append(Text(text));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Escapes text for SVG.</summary>
internal static class SvgText
{
    public static string Of(string text) => System.Net.WebUtility.HtmlEncode(text);
}
