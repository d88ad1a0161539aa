using System.Globalization;
using FunctionsCrawler.Crawls;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>Which documents of a job are asked for.</summary>
/// <param name="Skip">The number of documents before them.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="Cursor">The record of the last document before them; null if it has to be searched for.</param>
internal sealed record PageWindow(int Skip, int Limit, RecordCursor? Cursor)
{
    private const int MaxLimit = 100;

    /// <summary>Reads skip, limit and the cursor that <see cref="Next"/> adds.</summary>
    /// <returns>The window, or the sentence that says what is wrong.</returns>
    public static (PageWindow? Window, string? Fault) Read(IQueryCollection query)
    {
        ArgumentNullException.ThrowIfNull(query);
        var skip = 0;
        var limit = MaxLimit;
        if (query["skip"].ToString() is { Length: > 0 } text && !TryRead(text, out skip))
            return (null, $"skip is '{text}'; a whole number from 0 is allowed.");
        if (query["limit"].ToString() is { Length: > 0 } most && (!TryRead(most, out limit) || limit == 0))
            return (null, $"limit is '{most}'; a whole number from 1 is allowed.");
        RecordCursor? cursor = null;
        if (query["cursor"].ToString() is { Length: > 0 } after)
        {
            if (!RecordCursor.TryParse(after, out var parsed))
                return (null, $"cursor is '{after}', which is no cursor of this job.");
            cursor = parsed;
        }
        return (new PageWindow(skip, Math.Min(limit, MaxLimit), cursor), null);
    }

    /// <summary>The query of the documents that follow.</summary>
    /// <param name="count">The number of documents that were returned.</param>
    /// <param name="last">The cursor of the last one.</param>
    /// <param name="limit">The limit that the client gave; empty for none.</param>
    public string Next(int count, string last, string limit) =>
        string.Create(CultureInfo.InvariantCulture, $"?skip={Skip + count}&cursor={last}")
        + (limit.Length == 0 ? "" : $"&limit={Limit}");

    private static bool TryRead(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
