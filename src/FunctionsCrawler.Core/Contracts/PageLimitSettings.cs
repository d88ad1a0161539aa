using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace FunctionsCrawler.Contracts;

/// <summary>Parses <see cref="PageLimits"/> from settings of the form "nodes=500000".</summary>
internal static class PageLimitSettings
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

    /// <summary>The names of the limits that can be set.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Settings.Select(s => s.Name)];

    /// <summary>
    /// Parses settings. Limits that are not named keep their defaults; of two with one name the last wins.
    /// </summary>
    /// <param name="settings">Settings of the form "name=number".</param>
    /// <param name="limits">The resulting limits; null on failure.</param>
    /// <param name="fault">The first invalid setting and what is allowed, in one line; null on success.</param>
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
                fault = $"'{parts[0]}' is not a known limit; use one of {string.Join(", ", Names)}";
            }
            else if (
                parts.Length == 2
                && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                && value >= setting.Min
                && value <= setting.Max
            )
            {
                limits = setting.Apply(limits, value);
                continue;
            }
            else
            {
                fault =
                    $"'{text}' is not a valid limit; {setting.Name} takes a whole number from {setting.Min} to {setting.Max}, as in {setting.Name}={setting.Min}";
            }
            limits = null;
            return false;
        }
        return true;
    }

    private sealed record Setting(string Name, int Min, int Max, Func<PageLimits, int, PageLimits> Apply);
}
