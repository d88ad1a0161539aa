using System.Globalization;

namespace FunctionsCrawler.Intake;

/// <summary>Names for crawls that were given none.</summary>
public static class CrawlIds
{
    /// <summary>A new id: the time in UTC and six digits of chance, as in 20261125-184500-3fa2c1.</summary>
    public static string New(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var chance = Guid.NewGuid().ToString("N")[..6];
        return time.GetUtcNow().ToString("yyyyMMdd-HHmmss-", CultureInfo.InvariantCulture) + chance;
    }
}
