using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FunctionsCrawler.Safety;

/// <summary>Reads limits as settings name them: "nodes=500000".</summary>
public static class PageLimitSettings
{
    private static readonly Setting[] Settings =
    [
        new("bytes", 1024, 1 << 30, (limits, value) => limits with { MaxBytes = value }),
        new("totalBytes", 1024, int.MaxValue, (limits, value) => limits with { MaxTotalBytes = value }),
        new("nodes", 100, 10_000_000, (limits, value) => limits with { MaxNodes = value }),
        new("redirects", 0, 20, (limits, value) => limits with { MaxRedirects = value }),
        new("links", 0, 1_000_000, (limits, value) => limits with { MaxLinks = value }),
        new("sitemapEntries", 1, 1_000_000, (limits, value) => limits with { MaxSitemapEntries = value }),
    ];

    /// <summary>What may be set.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Settings.Select(s => s.Name)];

    /// <summary>Reads settings; what is not named keeps its default.</summary>
    /// <param name="settings">Each a name, "=" and a whole number.</param>
    /// <param name="limits">What they amount to.</param>
    /// <param name="fault">What is wrong with the first that is wrong, and what is allowed.</param>
    public static bool TryParse(
        IEnumerable<string> settings,
        [NotNullWhen(true)] out PageLimits? limits,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(settings);
        (limits, fault) = (new PageLimits(), null);
        foreach (var text in settings)
        {
            var parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
            if (Array.Find(Settings, s => string.Equals(s.Name, parts[0], StringComparison.Ordinal)) is not { } setting)
            {
                fault = $"there is no limit '{parts[0]}'; there are {string.Join(", ", Names)}";
            }
            else if (
                parts.Length == 2
                && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                && value >= setting.Least
                && value <= setting.Most
            )
            {
                limits = setting.Apply(limits, value);
                continue;
            }
            else
            {
                fault =
                    $"the limit '{text}' is none; {setting.Name} takes a whole number from {setting.Least} to {setting.Most}, as in {setting.Name}={setting.Least}";
            }
            limits = null;
            return false;
        }
        return true;
    }

    private sealed record Setting(string Name, int Least, int Most, Func<PageLimits, int, PageLimits> Apply);
}
