using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Benchmarks.Measuring;

/// <summary>Two runs, one right after the other, that differ in one thing.</summary>
/// <param name="Without">What the run without it came to.</param>
/// <param name="With">What the run with it came to.</param>
internal sealed record Pair(double Without, double With)
{
    /// <summary>With to without.</summary>
    public double Ratio => With / Without;

    /// <summary>
    /// The ratio that pairs have in common: the geometric mean, with the 95 % interval of Student's t over the logarithms. What
    /// slows both runs of a pair down cancels out.
    /// </summary>
    /// <param name="pairs">At least two.</param>
    public static Estimate CommonRatio(IReadOnlyCollection<Pair> pairs)
    {
        var logs = pairs.Select(p => Math.Log(p.Ratio)).ToList();
        var mean = logs.Average();
        var variance = logs.Sum(log => Math.Pow(log - mean, 2)) / (logs.Count - 1);
        var width = StudentT.TwoSided(0.95, logs.Count - 1) * Math.Sqrt(variance / logs.Count);
        return new Estimate(Math.Exp(mean), Math.Exp(mean - width), Math.Exp(mean + width), logs.Count);
    }
}
