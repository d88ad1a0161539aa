using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Benchmarks.Measuring;

/// <summary>The results of two consecutive runs that differ in one thing.</summary>
/// <param name="Without">Pages per second without it.</param>
/// <param name="With">Pages per second with it.</param>
internal sealed record Pair(double Without, double With)
{
    /// <summary><see cref="With"/> divided by <see cref="Without"/>.</summary>
    public double Ratio => With / Without;

    /// <summary>
    /// Estimates the common ratio of several pairs: the geometric mean, with the 95 % interval of Student's t over the
    /// logarithms. Effects that slow down both runs of a pair cancel out.
    /// </summary>
    /// <param name="pairs">At least two pairs.</param>
    public static Estimate CommonRatio(IReadOnlyCollection<Pair> pairs)
    {
        var logs = pairs.Select(p => Math.Log(p.Ratio)).ToList();
        var mean = logs.Average();
        var variance = logs.Sum(log => Math.Pow(log - mean, 2)) / (logs.Count - 1);
        var width = StudentT.TwoSided(0.95, logs.Count - 1) * Math.Sqrt(variance / logs.Count);
        return new Estimate(Math.Exp(mean), Math.Exp(mean - width), Math.Exp(mean + width), logs.Count);
    }
}
