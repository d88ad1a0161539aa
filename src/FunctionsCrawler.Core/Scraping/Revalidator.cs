using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Scraping;

/// <summary>Finds out whether a stored page is current, before the page is rendered or read again.</summary>
/// <param name="http">Sends the conditional request.</param>
/// <param name="renders">Whether a browser renders the pages that have changed.</param>
internal sealed class Revalidator(HttpFetcher http, bool renders)
{
    // Sitemaps often give only the date, in any time zone.
    private static readonly TimeSpan DatePrecision = TimeSpan.FromDays(2);

    /// <summary>Asks the server for a page that an earlier crawl stored, or the sitemap if the page has no validators.</summary>
    /// <returns>
    /// The response, which has <see cref="FetchResult.IsNotModified"/> set if the stored page is current. Null if the page must
    /// be fetched as usual: nothing is known about it, or it has changed and must be rendered.
    /// </returns>
    public async Task<FetchResult?> TryFetchAsync(
        PageTarget target,
        Uri url,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(target);
        if (target.Earlier is not { IsReusable: true, Record: var stored })
            return null;
        if (Revalidation.Of(stored, target.Source) is not { } revalidation)
            return target.LastMod + DatePrecision < stored.FetchedAt ? Current(stored) : null;
        var response = await http.FetchAsync(
                url,
                revalidation with
                {
                    OnlyChecks = renders,
                },
                deadline,
                cancellationToken
            )
            .ConfigureAwait(false);
        return response.IsNotModified || !renders ? response : null;
    }

    private static FetchResult Current(PageRecord stored) =>
        new()
        {
            FinalUrl = stored.FinalUrl,
            Status = stored.Status,
            Redirects = stored.Redirects,
            IsNotModified = true,
        };
}
