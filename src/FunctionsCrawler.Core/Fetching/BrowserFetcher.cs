using System.Text;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Dispatch;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Renders the pages of one chunk in a browser of its own, launched when the first page needs it. What is no HTML
/// comes over HTTP.
/// </summary>
/// <remarks>
/// Tabs begin in one shared context and renderer: the fastest and leanest way. As soon as a visit finds or leaves
/// state (a cookie, storage) or trouble (a crash, an endless script) there, every later visit gets a context and
/// renderers of its own, and the visits that may have suffered are repeated where nobody can disturb them.
/// </remarks>
public sealed class BrowserFetcher : IPageFetcher, IAsyncDisposable
{
    private const int MaxCrashes = 3;
    private const int MaxLosses = 6;

    private readonly BrowserSource _browsers;
    private readonly IPageFetcher _http;
    private readonly Func<Uri, CancellationToken, ValueTask<PageError?>> _admit;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _slots;
    private readonly RunningTasks _releasing = new();
    private volatile bool _isolated;

    /// <summary>Prepares a fetcher; nothing is started yet.</summary>
    /// <param name="browsers">Where browsers come from; disposed with this.</param>
    /// <param name="http">Gets what is no HTML.</param>
    /// <param name="admit">Says why a URL may not be reached, or null; asked for the URL and for every redirect.</param>
    /// <param name="pages">The most tabs at once.</param>
    /// <param name="time">The clock of deadlines.</param>
    public BrowserFetcher(
        BrowserSource browsers,
        IPageFetcher http,
        Func<Uri, CancellationToken, ValueTask<PageError?>> admit,
        int pages,
        TimeProvider time
    )
    {
        (_browsers, _http, _admit, _time) = (browsers, http, admit, time);
        _slots = new SemaphoreSlim(pages);
    }

    /// <summary>Whether visits no longer share anything.</summary>
    internal bool IsIsolated => _isolated;

    /// <inheritdoc/>
    public async Task<FetchResult> FetchAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (await _admit(url, cancellationToken).ConfigureAwait(false) is { } refused)
            return new FetchResult { Error = refused, RenderedBy = RenderedBy.Browser };
        var (crashes, losses, fresh) = (0, 0, false);
        double? outgrown = null;
        while (true)
        {
            var visit = await VisitOnceAsync(url, fresh, deadline, cancellationToken).ConfigureAwait(false);
            // Another visit of the same tab must not be what spoils this one again.
            fresh = true;
            // What others did to it does not count: each of them comes to its own end.
            if (visit is null || visit.End == VisitEnd.Contaminated)
                continue;
            // A renderer that grows too fast to be seen growing may be seen the next time.
            outgrown ??= visit.OutgrownMb;
            if (visit.End == VisitEnd.Crashed && ++crashes < MaxCrashes)
                continue;
            if (visit.End == VisitEnd.BrowserLost && ++losses < MaxLosses)
                continue;
            // What it waited for a browser is not the page's doing.
            if (visit.End == VisitEnd.NotHtml)
                return await _http.FetchAsync(url, deadline - visit.Took, cancellationToken).ConfigureAwait(false);
            return ToResult(visit with { OutgrownMb = outgrown });
        }
    }

    /// <summary>Ends the browser.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // First: tabs that are being cleared end with it, where a stopped one would make each wait for its limit.
            await _browsers.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await _releasing.WhenAllAsync().ConfigureAwait(false);
            _slots.Dispose();
        }
    }

    // Null: the visit says nothing about the page, because a neighbour spoilt it, and must be repeated.
    private async Task<TabVisit?> VisitOnceAsync(
        Uri url,
        bool fresh,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        BrowserLease? lease = null;
        BrowserTab? tab = null;
        try
        {
            lease = await _browsers.LeaseAsync(cancellationToken).ConfigureAwait(false);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Retired);
            tab = await lease.TakeTabAsync(url, !_isolated, fresh, either.Token).ConfigureAwait(false);
            var isFresh = tab.Visits == 0;
            var started = _time.GetTimestamp();
            var visit = await tab.VisitAsync(url, deadline, either.Token).ConfigureAwait(false);
            visit = visit with
            {
                Took = _time.GetElapsedTime(started),
                OutgrownMb =
                    visit.End == VisitEnd.Crashed && lease.Browser.WasOutgrownSince(started)
                        ? lease.Browser.RendererLimitMb
                        : null,
                Cause = lease.Browser.FindEgressFailure(visit.FailedUrl),
            };
            return await JudgeAsync(visit, tab, isFresh, lease).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e) when (e is BrowserLostException or TimeoutException)
        {
            await _browsers.RetireAsync(lease).ConfigureAwait(false);
            return new TabVisit { End = VisitEnd.BrowserLost, Detail = e.Message };
        }
        finally
        {
            Release(lease, tab);
        }
    }

    private async Task<TabVisit?> JudgeAsync(TabVisit visit, BrowserTab tab, bool isFresh, BrowserLease lease)
    {
        // Before this visit is reported: the next one may begin at once.
        _isolated |= visit.End == VisitEnd.Contaminated || (tab.IsShared && tab.LeftState);
        switch (visit.End)
        {
            case VisitEnd.Read when tab.IsShared && tab.LeftState:
                // Whose state it is, this visit's or that of one beside it, cannot be told: what the page showed may not
                // be what a visit by itself is shown.
                return null;
            case VisitEnd.BrowserLost:
                await _browsers.RetireAsync(lease).ConfigureAwait(false);
                return visit;
            case VisitEnd.Crashed or VisitEnd.Runaway when tab.IsShared:
                // Which of the pages in the renderer did it shows when each has its own.
                _isolated = true;
                await _browsers.RetireAsync(lease).ConfigureAwait(false);
                return null;
            case VisitEnd.Crashed when isFresh:
                // A dead zygote makes every new page crash; only a new browser helps.
                await _browsers.RetireAsync(lease).ConfigureAwait(false);
                return visit;
            case VisitEnd.Timeout when tab.IsShared && !await tab.IsResponsiveAsync().ConfigureAwait(false):
                _isolated = true;
                await _browsers.RetireAsync(lease).ConfigureAwait(false);
                return null;
            default:
                return visit;
        }
    }

    // The tab is cleared while its page is extracted; its slot is free once that is done.
    private void Release(BrowserLease? lease, BrowserTab? tab)
    {
        _releasing.Add(ReleaseAsync());

        async Task ReleaseAsync()
        {
            try
            {
                if (lease is null || tab is null || lease.Retired.IsCancellationRequested)
                    return;
                var reusable = await tab.ResetAsync().ConfigureAwait(false);
                _isolated |= !reusable && tab.IsShared;
                await lease.GiveBackAsync(tab, reusable && tab.IsShared == !_isolated).ConfigureAwait(false);
            }
            finally
            {
                lease?.Leave();
                _slots.Release();
            }
        }
    }

    private static FetchResult ToResult(TabVisit visit)
    {
        var last = visit.Documents is [.., var document] ? document : null;
        return new FetchResult
        {
            FinalUrl = visit.FinalUrl ?? last?.Url,
            Status = last?.Status,
            Redirects =
            [
                .. visit
                    .Documents.Where(d => !ReferenceEquals(d, last) || d.Status is >= 300 and <= 399)
                    .Select(d => new RedirectHop(d.Url, d.Status)),
            ],
            ContentType = last?.ContentType?.Split(';', 2)[0].Trim().ToLowerInvariant(),
            RetryAfter = last?.RetryAfter,
            RobotsTags = last?.RobotsTag?.Split('\n') ?? [],
            Text = visit.Html,
            Bytes = visit.Html is null ? 0 : Encoding.UTF8.GetByteCount(visit.Html),
            RenderedBy = RenderedBy.Browser,
            Error = VisitErrors.For(visit, last),
        };
    }
}
