using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>One line of a panel.</summary>
/// <param name="Name">Its label.</param>
/// <param name="Colour">Its colour, as a class of the chart's style sheet.</param>
/// <param name="Points">Invocations and values.</param>
internal sealed record SvgLine(string Name, string Colour, IReadOnlyList<(double X, double Y)> Points);

/// <summary>One diagram of a chart: a heading, two axes, some lines.</summary>
/// <param name="Heading">What it shows, with its unit.</param>
/// <param name="Lines">Its lines; those without points are left out.</param>
internal sealed record SvgPanel(string Heading, IReadOnlyList<SvgLine> Lines)
{
    public const int Width = 900;
    public const int Height = 170;
    private const int Left = 56;
    private const int Right = 24;
    private const int Top = 34;
    private const int Bottom = 22;

    private static double ToX(double value, double last) => Left + (value / last * (Width - Left - Right));

    /// <summary>Draws it.</summary>
    /// <param name="svg">To where.</param>
    /// <param name="y">Its upper edge.</param>
    /// <param name="last">The last invocation, the end of the x axis.</param>
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
            var d = string.Join('L', line.Points.Select(p => Text($"{ToX(p.X, last):F1} {ToY(p.Y, ticks):F1}")));
            Write(svg, $"<path class=\"l {line.Colour}\" d=\"M{d}\"/>");
        }
        svg.Append("</g>\n");
    }

    // To the right of the heading, each name in front of which its line is drawn.
    private static void Legend(StringBuilder svg, List<SvgLine> lines)
    {
        var x = Width - Right;
        foreach (var line in lines.AsEnumerable().Reverse())
        {
            Write(svg, $"<text x=\"{x}\" y=\"16\" text-anchor=\"end\">{SvgText.Of(line.Name)}</text>");
            x -= (line.Name.Length * 7) + 8;
            Write(svg, $"<path class=\"l {line.Colour}\" d=\"M{x - 18} 12H{x}\"/>");
            x -= 34;
        }
    }

    private static double ToY(double value, double[] ticks) =>
        Height - Bottom - ((value - ticks[0]) / (ticks[^1] - ticks[0]) * (Height - Top - Bottom));

    /// <summary>Round numbers around a range, three to six of them.</summary>
    internal static double[] Ticks(double least, double most)
    {
        // A range of nothing, or next to nothing, would make noise look like mountains.
        var room = Math.Max(most - least, Math.Max(Math.Abs(most) * 0.1, 1));
        var rough = room / 4;
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

/// <summary>Text as XML.</summary>
internal static class SvgText
{
    /// <summary>Escapes it.</summary>
    public static string Of(string text) => System.Net.WebUtility.HtmlEncode(text);
}
