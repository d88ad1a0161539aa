using FunctionsCrawler.Archives;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;

namespace FunctionsCrawler.Fetching;

/// <summary>The HTTP fetchers of a process, with one connection pool each.</summary>
internal sealed class HttpFetchers : IDisposable
{
    // RFC 9309, 2.3.1.2: at least five redirects of robots.txt are followed.
    private const int RobotsRedirects = 5;

    private readonly HttpFetcher _archived;

    /// <summary>Creates the fetchers without opening a connection.</summary>
    /// <param name="gate">Checks every URL and opens every connection.</param>
    /// <param name="identity">The User-Agent.</param>
    /// <param name="limits">How large pages may be.</param>
    /// <param name="robotsBytes">How much of a robots.txt is read.</param>
    /// <param name="documents">Admits large documents, one at a time.</param>
    /// <param name="time">The clock of deadlines.</param>
    public HttpFetchers(
        EgressGate gate,
        CrawlerIdentity identity,
        PageLimits limits,
        int robotsBytes,
        LargeDocumentGate documents,
        TimeProvider time
    )
    {
        UserAgent = identity.UserAgent;
        var options = new HttpFetcherOptions
        {
            UserAgent = identity.UserAgent,
            Limits = limits,
            Connect = gate.Connect,
            ConnectTimeout = gate.ConnectTimeout,
            BeforeHop = gate.RefuseAsync,
            Documents = documents,
        };
        Pages = new HttpFetcher(options, time);
        _archived = new HttpFetcher(options with { KeepsCodings = true }, time);
        Sitemaps = new HttpFetcher(options with { TakesAnyContent = true }, time);
        Robots = new HttpFetcher(
            options with
            {
                TakesAnyContent = true,
                Limits = new PageLimits { MaxBytes = robotsBytes, MaxRedirects = RobotsRedirects },
            },
            time
        );
    }

    /// <summary>The User-Agent of the process.</summary>
    public string UserAgent { get; }

    /// <summary>Fetches pages. Accepts only supported media types; content over the limit is an error.</summary>
    public HttpFetcher Pages { get; }

    /// <summary>Fetches pages and documents of the given kinds. HTML and text are accepted in any case.</summary>
    /// <param name="types">The kinds.</param>
    /// <param name="archive">Takes what is fetched; null if nothing is archived.</param>
    public HttpFetcher PagesOf(IReadOnlyList<ContentKind> types, ChunkArchive? archive = null)
    {
        var pages = archive is null ? Pages : _archived.Into(archive, takesAnyContent: false);
        return types.All(kind => ContentKinds.Standard.Contains(kind))
            ? pages
            : pages.Accepting(type =>
                MediaTypes.IsPage(type) || (ContentKinds.Of(type) is { } kind && types.Contains(kind))
            );
    }

    /// <summary>Fetches sitemaps as <see cref="Sitemaps"/> does, into an archive if there is one.</summary>
    public HttpFetcher SitemapsInto(ChunkArchive? archive) =>
        archive is null ? Sitemaps : _archived.Into(archive, takesAnyContent: true);

    /// <summary>Fetches sitemaps. Accepts any media type and truncates content at the limit.</summary>
    public HttpFetcher Sitemaps { get; }

    /// <summary>Fetches robots.txt. Accepts any media type and truncates content at the limit.</summary>
    public HttpFetcher Robots { get; }

    /// <summary>Closes the connection pools.</summary>
    public void Dispose()
    {
        Pages.Dispose();
        _archived.Dispose();
        Sitemaps.Dispose();
        Robots.Dispose();
    }
}
