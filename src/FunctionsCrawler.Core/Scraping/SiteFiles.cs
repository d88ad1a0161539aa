using FunctionsCrawler.Fetching;
using FunctionsCrawler.Politeness;

namespace FunctionsCrawler.Scraping;

/// <summary>Reads the files of a site that are not pages: robots.txt, sitemaps.</summary>
/// <param name="robots">The robots.txt files of all hosts.</param>
/// <param name="fetcher">Fetches content of any type.</param>
/// <param name="politeness">Refuses what robots.txt forbids.</param>
internal sealed class SiteFiles(RobotsCache robots, IPageFetcher fetcher, PolitenessRules politeness)
{
    /// <summary>Gets the robots.txt of a URL's site, also if the crawl does not obey it.</summary>
    public Task<RobotsFile> GetRobotsAsync(Uri url, CancellationToken cancellationToken) =>
        robots.GetAsync(url, cancellationToken);

    /// <summary>Fetches a file once.</summary>
    /// <param name="url">Its URL.</param>
    /// <param name="deadline">The longest time of the fetch.</param>
    /// <param name="cancellationToken">Stops the fetch.</param>
    /// <returns>The response; its lease must be disposed. An error if robots.txt forbids the URL.</returns>
    public async Task<FetchResult> FetchAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (await politeness.RefuseAsync(url, cancellationToken).ConfigureAwait(false) is { } refusal)
            return new FetchResult { Error = refusal };
        var response = await fetcher.FetchAsync(url, deadline, cancellationToken).ConfigureAwait(false);
        politeness.Answered(url, response);
        return response;
    }
}
