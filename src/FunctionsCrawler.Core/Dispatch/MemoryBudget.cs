using System.Globalization;

namespace FunctionsCrawler.Dispatch;

/// <summary>How much memory the worker and its browsers may use together.</summary>
public static class MemoryBudget
{
    /// <summary>The least a budget can be, in bytes: the worker needs about 200 MB, a browser with some pages 300 MB.</summary>
    public const long Minimum = 512L * 1024 * 1024;

    // "max" and, in version 1, a number near 2^63 both say that there is no limit.
    private const long NoLimit = 1L << 50;

    /// <summary>The smaller of the setting and 80 % of the container's limit, where there is one.</summary>
    /// <param name="setting">The setting in bytes.</param>
    public static long Resolve(long setting) => Resolve(setting, ContainerLimits.Read());

    /// <summary>The same, from the contents of the files that state limits; what states none is passed over.</summary>
    internal static long Resolve(long setting, IEnumerable<string> limits) =>
        limits.Select(Parse).Min() is { } limit ? Math.Min(setting, limit / 5 * 4) : setting;

    /// <summary>
    /// What of a budget one renderer may allocate beyond what an empty one has, in bytes. Worker, browser and an empty renderer
    /// need three fifths of the least budget; so one page alone cannot exceed it.
    /// </summary>
    public static long ForRenderer(long budget) => budget / 4;

    private static long? Parse(string text) =>
        long.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var limit)
        && limit < NoLimit
            ? limit
            : null;
}
