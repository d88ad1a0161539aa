using System.Text;
using FunctionsCrawler.Archives;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Fetching;

/// <summary>Adds what a visit in a browser has received to the archive of its chunk.</summary>
internal static class VisitArchiver
{
    /// <summary>Adds the exchanges, unless the visit is repeated, here or over HTTP.</summary>
    /// <returns>The visit without them, with a warning if something is missing in the archive.</returns>
    public static async Task<TabVisit> KeepAsync(TabVisit visit, ChunkArchive archive, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(visit);
        ArgumentNullException.ThrowIfNull(archive);
        if (visit.End is VisitEnd.Contaminated or VisitEnd.Crashed or VisitEnd.BrowserLost or VisitEnd.NotHtml)
            return visit with { Exchanges = null };
        var missing = visit.ExchangesMissing;
        if (visit.Exchanges is { } exchanges)
        {
            if (visit.Html is { } html && visit.FinalUrl is { } url && ArchivedUrl.Of(url) is { } page)
                missing =
                    await AddDocumentAsync(exchanges, page, html, time.GetUtcNow()).ConfigureAwait(false) ?? missing;
            missing = await archive.AddAsync(exchanges).ConfigureAwait(false) ?? missing;
        }
        return visit with
        {
            Exchanges = null,
            CaptureWarnings = missing is null
                ? visit.CaptureWarnings
                : [.. visit.CaptureWarnings, PageWarning.NotArchived(missing)],
        };
    }

    // What the page has become: no server has sent it, so it is not a response.
    private static async Task<string?> AddDocumentAsync(
        WarcSpool exchanges,
        string url,
        string html,
        DateTimeOffset date
    )
    {
        try
        {
            await exchanges
                .AddResourceAsync(
                    $"urn:dom:{url}",
                    "text/html; charset=utf-8",
                    date,
                    Encoding.UTF8.GetBytes(html),
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the temporary file cannot be written: {e.Message}";
        }
    }
}
