namespace FunctionsCrawler.Benchmarks.Comparison;

/// <summary>What a figure should be. The median decides.</summary>
/// <param name="IsAtLeast">Whether <paramref name="Value"/> is the least or the most.</param>
/// <param name="Value">The bound.</param>
internal sealed record Goal(bool IsAtLeast, double Value)
{
    public static Goal AtLeast(double value) => new(true, value);

    public static Goal AtMost(double value) => new(false, value);

    /// <summary>Whether a figure is as it should be.</summary>
    public bool IsMetBy(double figure) => IsAtLeast ? figure >= Value : figure <= Value;

    /// <inheritdoc/>
    public override string ToString() => $"{(IsAtLeast ? '≥' : '≤')} {FigureText.Format(Value)}";
}
