using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Benchmarks.Comparison;

/// <summary>A figure that was measured several times, and its goal.</summary>
/// <param name="Scenario">The name of the scenario.</param>
/// <param name="What">What was measured.</param>
/// <param name="Unit">The unit: × for ratios.</param>
/// <param name="Values">One value for each pair of runs, or for each repetition. Empty if it was not measured.</param>
internal sealed record Finding(string Scenario, string What, string Unit, IReadOnlyList<double> Values)
{
    /// <summary>What the median should be; null if there is no goal.</summary>
    public Goal? Goal { get; init; }

    /// <summary>Why it was not measured; null if it was.</summary>
    public string? Reason { get; init; }

    public double Min => Values.Min();

    public double Median => Statistics.Median(Values);

    public double Max => Values.Max();

    /// <summary>Whether the goal is met; null if there is none or nothing was measured.</summary>
    public bool? IsMet => Values.Count == 0 ? null : Goal?.IsMetBy(Median);
}
