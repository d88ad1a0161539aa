using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>Draws stacked panels that share an x axis as SVG. Adapts to light and dark mode.</summary>
internal static class SvgChart
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

    /// <summary>Draws a chart.</summary>
    /// <param name="title">The title, as text.</param>
    /// <param name="subtitle">The line below it, as SVG.</param>
    /// <param name="axis">The name of the x axis.</param>
    /// <param name="panels">The panels, from top to bottom.</param>
    /// <param name="last">The end of the x axis.</param>
    public static string Draw(
        FormattableString title,
        string subtitle,
        string axis,
        IReadOnlyList<SvgPanel> panels,
        double last
    )
    {
        var height = Head + (panels.Count * SvgPanel.Height) + Foot;
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {SvgPanel.Width} {height}\" width=\"{SvgPanel.Width}\" height=\"{height}\" role=\"img\">\n<style>{Style}</style>\n"
        );
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text class=\"t\" x=\"20\" y=\"26\">{SvgText.Of(FormattableString.Invariant(title))}</text>\n"
        );
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"20\" y=\"46\">{subtitle}</text>\n");
        for (var i = 0; i < panels.Count; i++)
            panels[i].Draw(svg, Head + (i * SvgPanel.Height), last);
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text x=\"{SvgPanel.Width / 2}\" y=\"{height - 8}\" text-anchor=\"middle\">{axis}</text>\n</svg>\n"
        );
        return svg.ToString();
    }
}
