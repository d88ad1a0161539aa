using System.Collections.ObjectModel;
using FunctionsCrawler.Archives;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Scraping;
using FunctionsCrawler.Scraping.Adaptive;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Activities;

/// <summary>
/// Visits a URL of the frontier as a page or as a sitemap, whichever it turns out to be, and decides which of its links are
/// followed. A redirect must end within the crawl's scope.
/// </summary>
/// <param name="pages">Visits pages.</param>
/// <param name="sitemaps">Visits sitemaps and feeds.</param>
/// <param name="request">The request of the crawl.</param>
/// <param name="scope">Where links and redirects may lead.</param>
/// <param name="time">The clock.</param>
internal sealed class FrontierVisitor(
    IPageScraper pages,
    PageScraper sitemaps,
    CrawlRequest request,
    CrawlScope scope,
    TimeProvider time
)
{
    private readonly UrlRules _rules = CrawlRules.UrlRulesOf(request);

    /// <summary>Finds the sitemaps of a start page's site. Null: none are looked for.</summary>
    public SitemapFinder? Finder { get; init; }

    /// <summary>Returns where the content of a page is fetched instead; null if from the page itself.</summary>
    public Func<Uri, Uri?> FindSource { get; init; } = static _ => null;

    /// <summary>Returns how a session visits the pages of a chunk.</summary>
    public static ScrapeSettings SettingsOf(
        CrawlRequest request,
        int pages,
        IReadOnlyList<RenderLesson> lessons,
        ChunkSettings settings,
        ChunkArchive? archive = null
    ) =>
        ScrapeSettings.Of(request, pages, lessons) with
        {
            Archive = archive,
            Extend = request.Mode == CrawlMode.Auto ? reader => new AutoFileReader(reader, settings.MaxLinks) : null,
        };

    /// <summary>The pages of an earlier crawl, by URL.</summary>
    public IReadOnlyDictionary<string, EarlierVisit> Earlier { get; init; } =
        ReadOnlyDictionary<string, EarlierVisit>.Empty;

    /// <summary>Creates the visitor of a chunk.</summary>
    /// <param name="session">Visits pages and files.</param>
    /// <param name="request">The request of the crawl.</param>
    /// <param name="roots">The start pages and the URLs they redirected to.</param>
    /// <param name="earlier">The pages of an earlier crawl, by URL.</param>
    /// <param name="settings">The limits of the chunk.</param>
    /// <param name="time">The clock.</param>
    public static FrontierVisitor Open(
        ScrapeSession session,
        CrawlRequest request,
        IReadOnlyList<string> roots,
        IReadOnlyDictionary<string, EarlierVisit> earlier,
        ChunkSettings settings,
        TimeProvider time
    ) =>
        new(
            session.Pages,
            session.OpenRaw(new SitemapContentReader(settings.MaxSitemapEntries, CrawlRules.KindOfListed(request))),
            request,
            CrawlScope.For(request, roots),
            time
        )
        {
            Earlier = earlier,
            Finder = new SitemapFinder(session.Files),
            FindSource =
                request.Mode == CrawlMode.Auto && !request.Warc && !request.Page.IsAboutPage(request.Extract.Formats)
                    ? settings.FindSource
                    : static _ => null,
        };

    /// <summary>Visits the URL, or skips it if its extension is that of a download.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; there is no record.</exception>
    public async Task<ScrapedPage> VisitAsync(FrontierUrl planned, CancellationToken cancellationToken)
    {
        // A nested sitemap has the depth of the one that lists it, but nobody chose it as a start.
        var isStart = planned.Depth == 0 && (planned.Kind != LinkKind.Sitemap || planned.Parent is null);
        var target = new PageTarget(planned.Url)
        {
            Depth = planned.Depth,
            ParentUrl = planned.Parent,
            Kind = planned.Kind,
            Earlier = Earlier.GetValueOrDefault(planned.Url),
            LastMod = planned.LastMod,
            Source = FindSource(new Uri(planned.Url)),
            // The redirect target of a start page becomes a root of the scope.
            AllowsRedirectTo = isStart ? null : url => scope.Contains(url, planned.Kind),
        };
        // The user chose the start pages, so fetch them whatever their extension is: an encyclopedia article may end in .js.
        if (!isStart && BinaryTypes.IsBinary(planned, request.Types))
            return new ScrapedPage(
                PageScraper.NewRecord(target, time) with
                {
                    Error = new PageError(ErrorCode.UnsupportedType, "the URL has the file extension of a download"),
                }
            );
        if (planned.Kind is LinkKind.Sitemap or LinkKind.Seed)
            return await sitemaps.ScrapeAsync(target, cancellationToken).ConfigureAwait(false);
        var page = await pages.ScrapeAsync(target, cancellationToken).ConfigureAwait(false);
        if (isStart && request.Mode == CrawlMode.Auto && SitemapSigns.AreIn(page))
            page = await TryAsSitemapAsync(page, target, cancellationToken).ConfigureAwait(false);
        page = WithCanonical(page, planned.Kind);
        return await WithSitemapsAsync(page, planned, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ScrapedPage> TryAsSitemapAsync(
        ScrapedPage page,
        PageTarget target,
        CancellationToken cancellationToken
    )
    {
        var sitemap = await sitemaps
            .ScrapeAsync(target with { Kind = LinkKind.Sitemap }, cancellationToken)
            .ConfigureAwait(false);
        return sitemap.Outlinks.Count > 0 ? sitemap : page;
    }

    private ScrapedPage WithCanonical(ScrapedPage page, LinkKind? kind)
    {
        var record = page.Record;
        if (
            !request.UrlPolicy.Canonical
            || record.Error is not null
            || (page.DeclaredCanonical ?? record.Metadata?.Canonical) is not { } canonical
            || !UrlNormalizer.TryNormalize(canonical, _rules, out var url, out _)
            || string.Equals(url, record.Url, StringComparison.Ordinal)
            || !scope.Contains(new Uri(url), kind)
        )
            return page;
        // First, so that the canonical page is crawled even if the limit of pages is near.
        return page with
        {
            Canonical = url,
            Outlinks = [new Outlink(url, kind == LinkKind.Site ? null : kind), .. page.Outlinks],
        };
    }

    private async Task<ScrapedPage> WithSitemapsAsync(
        ScrapedPage page,
        FrontierUrl planned,
        CancellationToken cancellationToken
    )
    {
        if (request.Mode != CrawlMode.Batch && request.Sitemap == SitemapUse.Only)
            page = page with { Outlinks = [.. page.Outlinks.Where(link => link.Kind is not null)] };
        // A site that did not answer has no sitemaps either.
        if (planned.Kind != LinkKind.Site || Finder is null || page.Record is { Error: not null, Status: null })
            return page;
        var found = await Finder
            .FindAsync(new Uri(page.Record.FinalUrl ?? planned.Url), page.DeclaredSitemaps, cancellationToken)
            .ConfigureAwait(false);
        return page with { Outlinks = [.. found.Select(url => new Outlink(url, LinkKind.Seed)), .. page.Outlinks] };
    }
}
