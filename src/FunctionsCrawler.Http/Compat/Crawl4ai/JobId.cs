using System.Diagnostics.CodeAnalysis;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>The ids of jobs. Clients know them as <c>crawl_…</c>; ids of crawls have no underscore.</summary>
internal static class JobId
{
    private const string Ours = "c4-";
    private const string Theirs = "crawl_";
    private const int Digits = 16;

    /// <summary>Creates the id of a crawl.</summary>
    public static string New() => Ours + Guid.NewGuid().ToString("N")[..Digits];

    /// <summary>The id as clients know it.</summary>
    public static string ToTask(string crawlId)
    {
        ArgumentNullException.ThrowIfNull(crawlId);
        return Theirs + crawlId[Ours.Length..];
    }

    /// <summary>Finds the id of the crawl.</summary>
    public static bool TryParse(string taskId, [NotNullWhen(true)] out string? crawlId)
    {
        ArgumentNullException.ThrowIfNull(taskId);
        crawlId = null;
        if (!taskId.StartsWith(Theirs, StringComparison.Ordinal))
            return false;
        var digits = taskId[Theirs.Length..];
        if (digits.Length != Digits || !digits.All(char.IsAsciiHexDigitLower))
            return false;
        crawlId = Ours + digits;
        return true;
    }
}
