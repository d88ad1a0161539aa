using System.Globalization;

namespace FunctionsCrawler.Memory;

/// <summary>Calculates how much memory the worker and its browsers may use together.</summary>
internal static class MemoryBudget
{
    /// <summary>
    /// The smallest allowed budget in bytes: the worker needs about 200 MB, a browser with a few pages 300 MB.
    /// </summary>
    public const long Minimum = 512L * 1024 * 1024;

    // "max" and, in version 1, a number near 2^63 both mean "no limit".
    private const long NoLimit = 1L << 50;

    /// <summary>The effective budget in bytes: the smaller of the setting and 80 % of the container's limit, if it has one.</summary>
    /// <param name="setting">The configured budget in bytes.</param>
    public static long Resolve(long setting) => Resolve(setting, ContainerLimits.Read());

    /// <summary>The same, from the contents of limit files; contents without a number are ignored.</summary>
    internal static long Resolve(long setting, IEnumerable<string> limits) =>
        limits.Select(Parse).Min() is { } limit ? Math.Min(setting, limit / 5 * 4) : setting;

    /// <summary>
    /// How many bytes one renderer may allocate beyond what an empty renderer has mapped: a quarter of the budget. Worker,
    /// browser and an empty renderer need three fifths of the smallest budget, so a single page cannot exceed it.
    /// </summary>
    public static long ForRenderer(long budget) => budget / 4;

    private static long? Parse(string text) =>
        long.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var limit)
        && limit < NoLimit
            ? limit
            : null;
}
