using System.Runtime.InteropServices;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Politeness;
using FunctionsCrawler.Scraping;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Frontier;

/// <summary>Collects the URLs of a site from its sitemaps and the links of one page. Used once; what it has found can be read at any time.</summary>
/// <param name="request">A valid request.</param>
/// <param name="url">Its URL, normalised.</param>
/// <param name="limits">The maximum number of entries of a sitemap.</param>
internal sealed class SiteMapping(MapRequest request, string url, PageLimits limits)
{
    // An index may list 50,000 sitemaps, and those may be indexes again.
    private const int MaxSitemaps = 1000;

    private readonly List<MappedUrl> _links = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private readonly List<MappedSitemap> _sitemaps = [];
    private readonly string[] _words = (request.Search ?? "").Split(
        (char[]?)null,
        StringSplitOptions.RemoveEmptyEntries
    );
    private RobotsFile? _robots;
    private CrawlScope? _scope;
    private PageError? _error;
    private bool _isPartial;

    /// <summary>What was found so far.</summary>
    /// <param name="isExpired">Whether time ran out.</param>
    public SiteMap ToMap(bool isExpired) =>
        new()
        {
            Url = url,
            Links = [.. _links],
            Sitemaps = [.. _sitemaps],
            IsPartial = _isPartial || isExpired,
            Error = _error,
        };

    /// <summary>Collects the URLs.</summary>
    /// <param name="session">Visits the page and the sitemaps.</param>
    /// <param name="deadline">The longest time of a fetch.</param>
    /// <param name="cancellationToken">Stops the collection.</param>
    public async Task RunAsync(ScrapeSession session, TimeSpan deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        var start = new Uri(url);
        var page = SitemapReader.IsSitemap(start)
            ? null
            : await VisitAsync(session, start, deadline, cancellationToken).ConfigureAwait(false);
        if (page is { Record.Error.Code: ErrorCode.UnsupportedType } && SitemapSigns.AreIn(page))
            page = null;
        _error = page?.Record.Error;
        var last = page?.Record is { Error: null, FinalUrl: { } final } ? final : url;
        _scope = new CrawlScope([url, last], request.Scope, Parse(request.Include), Parse(request.Exclude));
        if (request.RespectRobots)
            _robots = await session.Files.GetRobotsAsync(new Uri(last), cancellationToken).ConfigureAwait(false);
        if (page is null)
            await ReadSitemapsAsync(session, [url], deadline, cancellationToken).ConfigureAwait(false);
        else if (request.Sitemap != SitemapUse.Skip)
            await ReadSitemapsAsync(
                    session,
                    await new SitemapFinder(session.Files)
                        .FindAsync(new Uri(last), page.DeclaredSitemaps, cancellationToken)
                        .ConfigureAwait(false),
                    deadline,
                    cancellationToken
                )
                .ConfigureAwait(false);
        if (page is null || request.Sitemap == SitemapUse.Only)
            return;
        foreach (var link in page.Record.Links)
            Add(link.Url, link.Text, null);
    }

    private static IEnumerable<IUrlPattern> Parse(IReadOnlyList<string> patterns) =>
        patterns.Select(text =>
            UrlPattern.TryParse(text, out var pattern, out var fault) ? pattern : throw new InvalidDataException(fault)
        );

    private static async Task<ScrapedPage> VisitAsync(
        ScrapeSession session,
        Uri page,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        using var turn = await session
            .Politeness.WaitTurnAsync(page, deadline, cancellationToken)
            .ConfigureAwait(false);
        return await session
            .Pages.ScrapeAsync(new PageTarget(page.AbsoluteUri), cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task ReadSitemapsAsync(
        ScrapeSession session,
        IReadOnlyList<string> starts,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        var queue = new Queue<string>(starts);
        var known = new HashSet<string>(starts, StringComparer.Ordinal);
        while (queue.TryDequeue(out var next))
        {
            if (_links.Count == request.Limit || _sitemaps.Count == MaxSitemaps)
            {
                _isPartial = true;
                return;
            }
            var sitemap = await ReadAsync(session, new Uri(next), deadline, cancellationToken).ConfigureAwait(false);
            foreach (var nested in sitemap.Sitemaps.Where(known.Add))
                queue.Enqueue(nested);
            foreach (var entry in sitemap.Pages)
                Add(entry, null, sitemap.Modified.TryGetValue(entry, out var date) ? date : null);
        }
    }

    private async Task<SitemapContent> ReadAsync(
        ScrapeSession session,
        Uri sitemap,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        using var turn = await session
            .Politeness.WaitTurnAsync(sitemap, deadline, cancellationToken)
            .ConfigureAwait(false);
        var response = await session.Files.FetchAsync(sitemap, deadline, cancellationToken).ConfigureAwait(false);
        using var lease = response.Lease;
        if (response.Error is not null || !MemoryMarshal.TryGetArray(response.Content, out var bytes))
        {
            _sitemaps.Add(new MappedSitemap(sitemap.AbsoluteUri, 0) { Error = response.Error });
            return new SitemapContent([], [], 0, SitemapCut.None, null);
        }
        var entries = new SitemapLimits { MaxEntries = limits.MaxSitemapEntries };
        var content = SitemapReader.Read(bytes, entries, new Uri(response.FinalUrl ?? sitemap.AbsoluteUri));
        _isPartial |= content.Cut != SitemapCut.None;
        _sitemaps.Add(
            new MappedSitemap(sitemap.AbsoluteUri, content.Pages.Count + content.Sitemaps.Count)
            {
                Error = SitemapContentReader.FindError(content, entries),
            }
        );
        return content;
    }

    private void Add(string text, string? label, DateTimeOffset? lastMod)
    {
        if (
            !UrlNormalizer.TryNormalize(text, UrlRules.HashRoutes, out var link, out _)
            || !Matches(link, label)
            || !_scope!.Contains(new Uri(link))
            || !IsAllowed(new Uri(link))
            || !_seen.Add(link)
        )
            return;
        if (_links.Count == request.Limit)
            _isPartial = true;
        else
            _links.Add(new MappedUrl(link) { Text = label is { Length: > 0 } ? label : null, LastMod = lastMod });
    }

    private bool Matches(string link, string? label) =>
        Array.TrueForAll(
            _words,
            word =>
                link.Contains(word, StringComparison.OrdinalIgnoreCase)
                || label?.Contains(word, StringComparison.OrdinalIgnoreCase) is true
        );

    // Only the site's own robots.txt is read: links may lead to any number of hosts.
    private bool IsAllowed(Uri link) =>
        _robots is null
        || !string.Equals(link.Authority, new Uri(url).Authority, StringComparison.OrdinalIgnoreCase)
        || _robots.Rules.Allows(link);
}
