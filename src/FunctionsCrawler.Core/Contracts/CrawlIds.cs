using System.Globalization;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.Contracts;

/// <summary>The ids of crawls.</summary>
internal static partial class CrawlIds
{
    /// <summary>The regular expression that an id must match.</summary>
    public const string Pattern = "^[a-z0-9][a-z0-9-]{0,63}$";

    /// <summary>Whether <paramref name="text"/> is a valid id.</summary>
    public static bool IsValid(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Regex().IsMatch(text) && text[^1] != '\n';
    }

    /// <summary>
    /// Generates an id for a crawl submitted without one, from the time in UTC and six random hexadecimal digits, such as
    /// 20261125-184500-3fa2c1.
    /// </summary>
    public static string New(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var random = Guid.NewGuid().ToString("N")[..6];
        return time.GetUtcNow().ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture) + random;
    }

    [GeneratedRegex(Pattern, RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Regex();
}
