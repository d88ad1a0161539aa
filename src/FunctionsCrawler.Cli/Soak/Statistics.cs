namespace FunctionsCrawler.Cli.Soak;

/// <summary>An estimate with its 95 % confidence interval.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Low">The lower bound of the interval.</param>
/// <param name="High">The upper bound of the interval.</param>
/// <param name="Samples">The number of samples it is based on.</param>
internal sealed record Estimate(double Value, double Low, double High, int Samples);

/// <summary>
/// Rank-based estimators. They are robust against outliers, assume no distribution of the noise, and are deterministic.
/// </summary>
internal static class Statistics
{
    /// <summary>The fewest samples that a slope is estimated from.</summary>
    public const int FewestForSlope = 10;

    /// <summary>The fewest samples per side that a shift is estimated from.</summary>
    public const int FewestForShift = 5;

    private const int Batches = 20;
    private const double Z = 1.959964;

    /// <summary>The median; NaN for no values.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>
    /// The slope of a series: the median slope between all pairs, with the interval that Kendall's rank statistic gives
    /// (H. Theil 1950; P. K. Sen 1968).
    /// </summary>
    /// <remarks>
    /// The interval assumes independent samples, but the memory of a process is autocorrelated. A long series is therefore
    /// divided into 20 batches, and their medians, which are far enough apart to be nearly independent, replace the samples.
    /// This is crude, but it makes the interval wider rather than narrower.
    /// </remarks>
    /// <returns>Null if there are too few samples.</returns>
    public static Estimate? Slope(IReadOnlyList<(double X, double Y)> samples)
    {
        if (samples.Count < FewestForSlope)
            return null;
        var points = samples.Count < 2 * Batches ? samples : BatchMedians(samples);
        var slopes = new List<double>();
        for (var i = 0; i < points.Count; i++)
        {
            for (var j = i + 1; j < points.Count; j++)
            {
                if (points[i].X < points[j].X)
                    slopes.Add((points[j].Y - points[i].Y) / (points[j].X - points[i].X));
            }
        }
        double n = points.Count;
        return Ranked(slopes, Z * Math.Sqrt(n * (n - 1) * ((2 * n) + 5) / 18), samples.Count);
    }

    /// <summary>
    /// By how much the later values are higher than the earlier ones: the median of all differences, with the interval
    /// that the Mann-Whitney statistic gives (J. L. Hodges, E. L. Lehmann 1963).
    /// </summary>
    /// <returns>Null if there are too few values on a side.</returns>
    public static Estimate? Shift(IReadOnlyCollection<double> earlier, IReadOnlyCollection<double> later)
    {
        if (Math.Min(earlier.Count, later.Count) < FewestForShift)
            return null;
        var differences = later.SelectMany(b => earlier.Select(a => b - a)).ToList();
        double product = differences.Count;
        var deviation = Math.Sqrt(product * (earlier.Count + later.Count + 1) / 12);
        return Ranked(differences, 2 * Z * deviation, earlier.Count + later.Count);
    }

    // The interval excludes (N - width) / 2 values at either end.
    private static Estimate? Ranked(List<double> values, double width, int samples)
    {
        if (values.Count == 0)
            return null;
        values.Sort();
        var outside = Math.Clamp((int)Math.Floor((values.Count - width) / 2) - 1, 0, (values.Count - 1) / 2);
        return new Estimate(Median(values), values[outside], values[^(outside + 1)], samples);
    }

    private static List<(double X, double Y)> BatchMedians(IReadOnlyList<(double X, double Y)> samples)
    {
        var medians = new List<(double, double)>(Batches);
        for (var batch = 0; batch < Batches; batch++)
        {
            var from = batch * samples.Count / Batches;
            var to = (batch + 1) * samples.Count / Batches;
            var part = samples.Skip(from).Take(to - from).ToList();
            medians.Add((part.Average(s => s.X), Median(part.Select(s => s.Y))));
        }
        return medians;
    }
}
