using System.Globalization;

namespace FunctionsCrawler.Benchmarks.Comparison;

/// <summary>Formats figures with three significant digits.</summary>
internal static class FigureText
{
    public static string Format(double value)
    {
        var format = Math.Abs(value) switch
        {
            >= 1000 => "#,0",
            >= 100 => "0",
            >= 10 => "0.#",
            >= 1 => "0.##",
            _ => "0.###",
        };
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
