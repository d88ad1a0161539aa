using System.Globalization;

namespace FunctionsCrawler.Dispatch;

/// <summary>How much memory the worker and its browsers may use together.</summary>
public static class MemoryBudget
{
    /// <summary>The least a budget can be, in bytes: one browser with a page and its driver need about 320 MB.</summary>
    public const long Minimum = 512L * 1024 * 1024;

    // "max" and, in version 1, a number near 2^63 both say that there is no limit.
    private const long NoLimit = 1L << 50;

    private static readonly string[] LimitFiles =
    [
        "/sys/fs/cgroup/memory.max",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    ];

    /// <summary>The smaller of the setting and 80 % of the container's limit, where there is one.</summary>
    /// <param name="setting">The setting in bytes.</param>
    public static long Resolve(long setting) =>
        Resolve(setting, LimitFiles.Where(File.Exists).Select(File.ReadAllText));

    /// <summary>The same, from the contents of the files that state limits; what states none is passed over.</summary>
    internal static long Resolve(long setting, IEnumerable<string> limits) =>
        limits.Select(Parse).FirstOrDefault(limit => limit is not null) is { } limit
            ? Math.Min(setting, limit / 5 * 4)
            : setting;

    private static long? Parse(string text) =>
        long.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var limit)
        && limit < NoLimit
            ? limit
            : null;
}
