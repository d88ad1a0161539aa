using System.Runtime.InteropServices;
using FunctionsCrawler.Scraping;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// Finds the sitemaps of a site: those that its robots.txt names, or else the one that the page declares, or else the first one
/// in a well-known place. The last two are returned only if they exist, so that guesses do not become failed records.
/// </summary>
internal sealed class SitemapFinder(SiteFiles files)
{
    /// <summary>The maximum number of sitemaps of a site that are used.</summary>
    public const int MaxSitemaps = 100;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static readonly string[] WellKnown =
    [
        "/sitemap.xml",
        "/sitemap_index.xml",
        "/sitemap.xml.gz",
        "/sitemap.txt",
        "/.well-known/sitemap.xml",
    ];

    /// <summary>Returns the normalised URLs of the sitemaps; none if there are none or the site cannot be reached.</summary>
    /// <param name="page">A page of the site. A sitemap in its folder comes before those of the root.</param>
    /// <param name="declared">The sitemaps that the page declares.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<IReadOnlyList<string>> FindAsync(
        Uri page,
        IReadOnlyList<string> declared,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(declared);
        var robots = await files.GetRobotsAsync(page, cancellationToken).ConfigureAwait(false);
        var named = robots
            .Rules.Sitemaps.Select(line => Resolve(new Uri(page, "/robots.txt"), line))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
            .Take(MaxSitemaps)
            .ToList();
        if (named.Count > 0)
            return named;
        foreach (var place in PlacesOf(page, declared))
        {
            if (await ExistsAsync(new Uri(place), cancellationToken).ConfigureAwait(false))
                return [place];
        }
        return [];
    }

    private static IEnumerable<string> PlacesOf(Uri page, IReadOnlyList<string> declared) =>
        declared
            .Append("sitemap.xml")
            .Concat(WellKnown)
            .Select(place => Resolve(page, place))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal);

    private async Task<bool> ExistsAsync(Uri url, CancellationToken cancellationToken)
    {
        var response = await files.FetchAsync(url, Deadline, cancellationToken).ConfigureAwait(false);
        using var lease = response.Lease;
        if (response.Error is not null || !MemoryMarshal.TryGetArray(response.Content, out var content))
            return false;
        // Many servers answer every URL with a page.
        var sitemap = SitemapReader.Read(content, new SitemapLimits { MaxEntries = 1 }, url);
        return sitemap.Pages.Count + sitemap.Sitemaps.Count > 0;
    }

    private static string? Resolve(Uri baseUrl, string reference) =>
        UrlNormalizer.TryResolve(baseUrl, reference, dropTrackingParameters: false, out var url, out _) ? url : null;
}
