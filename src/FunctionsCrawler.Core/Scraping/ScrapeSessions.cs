using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Politeness;
using FunctionsCrawler.Scraping.Adaptive;

namespace FunctionsCrawler.Scraping;

/// <summary>Opens a <see cref="ScrapeSession"/> for each chunk or single page.</summary>
/// <param name="http">Fetches over HTTP, including content other than HTML.</param>
/// <param name="browsers">Launches browsers.</param>
/// <param name="gate">Rejects blocked addresses before a browser is launched for them.</param>
/// <param name="robots">The robots.txt files of all hosts.</param>
/// <param name="pacer">The pace of all hosts.</param>
/// <param name="limits">How large pages may be.</param>
/// <param name="documents">Admits large documents, one at a time.</param>
/// <param name="permissions">What requests may do with pages.</param>
/// <param name="time">The clock.</param>
internal sealed class ScrapeSessions(
    HttpFetchers http,
    BrowserFactory browsers,
    EgressGate gate,
    RobotsCache robots,
    HostPacer pacer,
    PageLimits limits,
    LargeDocumentGate documents,
    ScrapePermissions permissions,
    TimeProvider time
)
{
    /// <summary>Opens a session. A browser is launched only when a page needs one.</summary>
    /// <param name="settings">How pages are visited.</param>
    /// <param name="memory">Grants memory for browser launches.</param>
    public ScrapeSession Open(ScrapeSettings settings, ILaunchAdmission memory)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var politeness = new PolitenessRules(settings.RespectRobots ? robots : null, pacer, settings.Delay, time);
        var identity = VisitIdentity.Of(
            settings.Page,
            settings.Starts,
            http.UserAgent,
            out var fault,
            permissions.Login,
            time
        );
        var refusing = fault is null
            ? null
            : new RefusingFetcher(new PageError(ErrorCode.Identity, $"{fault.Field}: {fault.Message}"));
        identity ??= new VisitIdentity();
        var source =
            settings.Render == RenderMode.Never || refusing is not null
                ? null
                : browsers.Open(memory, settings.Recycling);
        var rendered = source is null ? null : OpenRendered(source, settings, identity);
        IContentReader reader = new TypedContentReader(
            new PageReader(limits, settings.Extraction, settings.RespectRobots),
            settings.Types,
            limits.MaxNodes,
            settings.Deadline,
            time
        );
        reader = settings.Extend?.Invoke(reader) ?? reader;
        var fetcher = http.PagesOf(settings.Types, settings.Archive)
            .As(identity, DiagnosticOptions.Of(settings.Page, identity));
        var files = (IPageFetcher?)refusing ?? http.SitemapsInto(settings.Archive).As(identity);
        var lessons = settings.Render == RenderMode.Auto ? new RenderLessons(settings.Lessons ?? []) : null;
        IPageScraper pages =
            refusing is not null ? Scraper(refusing, reader)
            : rendered is null ? Page(fetcher, renders: false)
            : lessons is null ? Page(rendered, renders: true)
            : new AdaptiveScraper(
                Page(fetcher, renders: false),
                Page(rendered, renders: true),
                lessons,
                verifies: settings.Lessons is not null,
                isRequested: settings.Captures.Any
                    || settings.Page.NeedBrowser.Any()
                    // A page alone is not compared, and over HTTP it would not be that of the login.
                    || (settings.Lessons is null && identity.Credentials is { Storage.Count: > 0 })
            );
        return new ScrapeSession(pages, sitemapReader => Scraper(files, sitemapReader), politeness)
        {
            Lessons = lessons,
            Rendered = rendered,
            Browsers = source,
            Files = new SiteFiles(robots, files, politeness),
        };

        PageScraper Page(IPageFetcher pageFetcher, bool renders) =>
            Scraper(
                pageFetcher,
                reader,
                settings.Archive is not null || settings.Page.IsAboutPage([.. settings.Extraction.Formats.All])
                    ? null
                    : new Revalidator(fetcher, renders)
            );

        PageScraper Scraper(IPageFetcher pageFetcher, IContentReader content, Revalidator? revalidator = null) =>
            new(pageFetcher, content, politeness, settings.Deadline, documents, time, revalidator);
    }

    private BrowserFetcher OpenRendered(BrowserSource source, ScrapeSettings settings, VisitIdentity identity)
    {
        var visits = settings.VisitsAs(identity, permissions);
        // One more tab than pages in flight: a tab is reset while the next page is already loading.
        return new BrowserFetcher(
            source,
            http.PagesOf(settings.Types, settings.Archive).As(identity, visits.Diagnostics),
            gate.RefuseAsync,
            settings.Pages + 1,
            time,
            visits
        );
    }
}
