using FunctionsCrawler.Contracts;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Scraping.Adaptive;

/// <summary>
/// Takes each page over HTTP and renders it only if its markup, or what other pages of its kind turned out to need, says so.
/// The first page of each kind is rendered in any case, and compared. See docs/decisions/0180.
/// </summary>
/// <param name="http">Visits pages over HTTP, and reads their signs.</param>
/// <param name="browser">Visits pages in a browser.</param>
/// <param name="lessons">What is known about the kinds of pages.</param>
/// <param name="verifies">
/// Whether pages are compared that nothing speaks for rendering. Otherwise they are taken over HTTP.
/// </param>
/// <param name="isRequested">Whether something is requested that only a browser can make.</param>
internal sealed class AdaptiveScraper(
    IPageScraper http,
    IPageScraper browser,
    RenderLessons lessons,
    bool verifies,
    bool isRequested
) : IPageScraper
{
    /// <inheritdoc/>
    public async Task<ScrapedPage> ScrapeAsync(PageTarget target, CancellationToken cancellationToken)
    {
        var url = new Uri(target.Url);
        RenderReason? atOnce =
            isRequested ? RenderReason.Requested
            : url.Fragment.Length > 0 ? RenderReason.HashRoute
            : lessons.IsSureOf(url) ? RenderReason.Learned
            : null;
        if (atOnce is { } known && target.Source is null)
            return Because(known, await browser.ScrapeAsync(target, cancellationToken).ConfigureAwait(false));
        var sent = await http.ScrapeAsync(target, cancellationToken).ConfigureAwait(false);
        // Nothing to decide: there was no response, or it is a stored page that has not changed.
        if (sent.Record.Status is null || sent.Record.Unchanged is true && sent.Signs is null)
            return sent;
        var page = await DecideAsync(target, url, sent, cancellationToken).ConfigureAwait(false);
        // Counts pages that were not compared too: a shape is sure only while all of its pages needed rendering.
        if (page.Record is { Error: null, RenderedBy: RenderedBy.Http })
            lessons.Add(PageKinds.OfShape(url), differed: false);
        return page;
    }

    private async Task<ScrapedPage> DecideAsync(
        PageTarget target,
        Uri url,
        ScrapedPage sent,
        CancellationToken cancellationToken
    )
    {
        var signs = sent.Signs;
        if (signs is null || (signs.Scripts is null && signs.Evidence is null))
            return Because(RenderReason.NoScripts, sent);
        if (sent.Record.Error is not null)
            return IsChallenge(sent.Record)
                ? await RenderAsync(RenderReason.Challenge, target, sent, cancellationToken).ConfigureAwait(false)
                : sent;
        if (signs is { IsStrong: true, Evidence: { } strong })
            return await RenderAsync(strong, target, sent, cancellationToken).ConfigureAwait(false);
        var kind = PageKinds.OfSigns(url, signs);
        if (verifies || lessons.Find(kind) is not null)
            return await DecideByKindAsync(kind, target, url, sent, cancellationToken).ConfigureAwait(false);
        return signs.Evidence is { } weak
            ? await RenderAsync(weak, target, sent, cancellationToken).ConfigureAwait(false)
            : Because(RenderReason.HasContent, sent);
    }

    // The first page of a kind is compared. Others wait for that, and do as it teaches.
    private async Task<ScrapedPage> DecideByKindAsync(
        string kind,
        PageTarget target,
        Uri url,
        ScrapedPage sent,
        CancellationToken cancellationToken
    )
    {
        RenderLesson? lesson;
        while ((lesson = lessons.Find(kind)) is null)
        {
            if (!await lessons.BeginCompareAsync(kind, cancellationToken).ConfigureAwait(false))
                continue;
            try
            {
                return await CompareAsync(target, sent, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                lessons.EndCompare(kind);
            }
        }
        if (lesson.NeedsRendering)
            return await RenderAsync(RenderReason.Learned, target, sent, cancellationToken).ConfigureAwait(false);
        return IsSample(url, lesson)
            ? await CompareAsync(target, sent, cancellationToken).ConfigureAwait(false)
            : Because(RenderReason.Learned, sent) with
            {
                TrustedKind = kind,
            };
    }

    // Which pages are samples depends on their URLs only. Kinds that were often the same are sampled less often.
    private static bool IsSample(Uri url, RenderLesson lesson)
    {
        ulong rate = lesson.Same switch
        {
            1 => 250,
            2 => 1_000,
            _ => 2_000,
        };
        return UrlHash.Of(url.AbsoluteUri) % rate == 0;
    }

    private static bool IsChallenge(PageRecord record) => record.Status is 403 or 429 or 503;

    private async Task<ScrapedPage> RenderAsync(
        RenderReason reason,
        PageTarget target,
        ScrapedPage sent,
        CancellationToken cancellationToken
    )
    {
        var (page, _) = await LearnAsync(target, sent, cancellationToken).ConfigureAwait(false);
        return Because(reason, page);
    }

    private async Task<ScrapedPage> CompareAsync(
        PageTarget target,
        ScrapedPage sent,
        CancellationToken cancellationToken
    )
    {
        var (page, differed) = await LearnAsync(target, sent, cancellationToken).ConfigureAwait(false);
        return differed ? Because(RenderReason.Corrected, page) : Because(RenderReason.Verified, sent);
    }

    // Renders a page and compares it with what the server sent.
    private async Task<(ScrapedPage Rendered, bool Differed)> LearnAsync(
        PageTarget target,
        ScrapedPage sent,
        CancellationToken cancellationToken
    )
    {
        var spent = TimeSpan.FromMilliseconds(sent.Record.DurationMs);
        var page = await browser.ScrapeAsync(target with { Spent = spent }, cancellationToken).ConfigureAwait(false);
        var rendered = page with
        {
            Record = page.Record with
            {
                FetchedAt = sent.Record.FetchedAt,
                DurationMs = sent.Record.DurationMs + page.Record.DurationMs,
            },
        };
        var differed = ContentComparison.Adds(sent, rendered);
        // A page that a browser fails to render teaches nothing.
        if (rendered.Record.Error is null)
        {
            var url = new Uri(target.Url);
            if (sent.Signs is { } signs)
                lessons.Add(PageKinds.OfSigns(url, signs), differed);
            if (differed)
                lessons.Add(PageKinds.OfShape(url), differed);
        }
        return (rendered, differed);
    }

    private static ScrapedPage Because(RenderReason reason, ScrapedPage page) =>
        page with
        {
            Record = page.Record with { RenderReason = reason },
            Content = null,
        };
}
