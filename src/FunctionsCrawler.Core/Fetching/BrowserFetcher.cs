using FunctionsCrawler.Browsing;
using FunctionsCrawler.Common;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Renders the pages of one chunk in its own browser, which is launched when the first page needs it. Content other than HTML
/// is fetched over HTTP.
/// </summary>
/// <remarks>
/// At first all tabs share one browser context and renderer, which is fastest and takes the least memory. Once a visit finds
/// or leaves state there (a cookie, storage), or crashes or blocks the renderer, every later visit gets its own context and
/// renderer, and visits that may have been affected are repeated in isolation.
/// </remarks>
internal sealed class BrowserFetcher : IPageFetcher, IAsyncDisposable
{
    private const int MaxCrashes = 3;
    private const int MaxLosses = 6;

    private static readonly PageWarning NotArchived = PageWarning.NotArchived(
        "the page's renderer crashed while its responses were kept"
    );

    private readonly BrowserSource _browsers;
    private readonly IPageFetcher _http;
    private readonly Func<Uri, CancellationToken, ValueTask<PageError?>> _admit;
    private readonly TimeProvider _time;
    private readonly VisitOptions _visits;
    private readonly SemaphoreSlim _slots;
    private readonly RunningTasks _releasing = new();
    private volatile bool _isolated;

    /// <summary>Creates a fetcher without launching a browser.</summary>
    /// <param name="browsers">The source of browsers. The fetcher disposes it.</param>
    /// <param name="http">Fetches content other than HTML.</param>
    /// <param name="admit">Returns an error if a URL must not be fetched, otherwise null. Called before each fetch.</param>
    /// <param name="pages">The maximum number of open tabs.</param>
    /// <param name="time">The clock for deadlines.</param>
    /// <param name="visits">What a visit does besides reading the document.</param>
    public BrowserFetcher(
        BrowserSource browsers,
        IPageFetcher http,
        Func<Uri, CancellationToken, ValueTask<PageError?>> admit,
        int pages,
        TimeProvider time,
        VisitOptions? visits = null
    )
    {
        (_browsers, _http, _admit, _time, _visits) = (browsers, http, admit, time, visits ?? new VisitOptions());
        _slots = new SemaphoreSlim(pages);
        // Steps change state, and a visit that may have been affected by another one is repeated, with its steps.
        // What is recorded of a visit is about it alone.
        _isolated = _visits.Actions.Count > 0 || _visits.Identity.NeedsOwnContext || _visits.Diagnostics.Any;
    }

    /// <summary>Whether each visit now gets its own context.</summary>
    internal bool IsIsolated => _isolated;

    /// <inheritdoc/>
    public async Task<FetchResult> FetchAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (await _admit(url, cancellationToken).ConfigureAwait(false) is { } refusal)
            return new FetchResult { Error = refusal, RenderedBy = RenderedBy.Browser };
        var (crashes, losses, fresh) = (0, 0, false);
        double? outgrown = null;
        var visits = _visits;
        while (true)
        {
            var visit = await VisitOnceAsync(url, visits, fresh, deadline, cancellationToken).ConfigureAwait(false);
            // Retry in a fresh tab, so that an earlier visit of the same tab cannot affect the page again.
            fresh = true;
            // Failures caused by other visits do not count. This terminates: once visits are isolated, there are none.
            if (visit is null || visit.End == VisitEnd.Contaminated)
                continue;
            // Keep the first measurement: a renderer may grow too fast to be measured on every attempt.
            outgrown ??= visit.OutgrownMb;
            if (visit.End == VisitEnd.Crashed && ++crashes < MaxCrashes)
            {
                // Bodies that are kept for an archive take memory of the renderer. The page counts for more.
                visits = visits with
                {
                    Archive = null,
                };
                continue;
            }
            if (visit.End == VisitEnd.BrowserLost && ++losses < MaxLosses)
                continue;
            // Only the time of the visit counts, not the time spent waiting for a browser.
            if (visit.End == VisitEnd.NotHtml)
                return VisitResults.WithFiles(
                    await _http.FetchAsync(url, deadline - visit.Took, cancellationToken).ConfigureAwait(false),
                    visit,
                    _visits.Captures.Any
                );
            if (visits.Archive != _visits.Archive)
                visit = visit with { CaptureWarnings = [.. visit.CaptureWarnings, NotArchived] };
            return VisitResults.Of(visit with { OutgrownMb = outgrown });
        }
    }

    /// <summary>Disposes the browser.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // First, because the tabs being reset end together with the browser. Each of them would otherwise wait for its
            // time limit if the browser hangs.
            await _browsers.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            await _releasing.WhenAllAsync().ConfigureAwait(false);
            _slots.Dispose();
        }
    }

    // Returns null if another visit in the same browser may have affected this one; it must be repeated.
    private async Task<TabVisit?> VisitOnceAsync(
        Uri url,
        VisitOptions visits,
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
            var limit = visits.TimeLeft?.Invoke() is { } left && left < deadline ? left : deadline;
            var visit = await tab.VisitAsync(url, visits, limit, either.Token).ConfigureAwait(false);
            visit = visit with
            {
                Took = _time.GetElapsedTime(started),
                OutgrownMb =
                    visit.End == VisitEnd.Crashed && lease.Browser.ExitedNearLimitSince(started)
                        ? lease.Browser.RendererLimitMb
                        : null,
                Cause = lease.Browser.FindEgressFailure(visit.FailedUrl),
                Diagnostics = EgressFailures.Explain(visit.Diagnostics, lease.Browser.FindEgressFailure),
            };
            using var exchanges = visit.Exchanges;
            var kept = await CheckInterferenceAsync(visit, tab, isFresh, lease).ConfigureAwait(false);
            return kept is null || visits.Archive is null
                ? kept
                : await VisitArchiver.KeepAsync(kept, visits.Archive, _time).ConfigureAwait(false);
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

    private async Task<TabVisit?> CheckInterferenceAsync(
        TabVisit visit,
        BrowserTab tab,
        bool isFresh,
        BrowserLease lease
    )
    {
        // Set this before the visit is reported, because the next visit may start at once.
        _isolated |= visit.End == VisitEnd.Contaminated || (tab.IsShared && tab.LeftState);
        switch (visit.End)
        {
            case VisitEnd.Read or VisitEnd.ErrorStatus when tab.IsShared && tab.LeftState && visit.Html is not null:
                // The state may be from this visit or from a concurrent one, so the page may have rendered differently than
                // in a visit of its own. Repeat it.
                return null;
            case VisitEnd.NotShown when tab.IsShared && tab.LeftState:
                // As above: what was to be shown may depend on that state.
                return null;
            case VisitEnd.BrowserLost:
                await _browsers.RetireAsync(lease).ConfigureAwait(false);
                return visit;
            case VisitEnd.Crashed or VisitEnd.Runaway when tab.IsShared:
                // Any page in the shared renderer may be the cause. Repeat them all in renderers of their own.
                _isolated = true;
                await _browsers.RetireAsync(lease).ConfigureAwait(false);
                return null;
            case VisitEnd.Crashed when isFresh:
                // If Chromium's zygote process is dead, every new page crashes until the browser is replaced.
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

    // Resets the tab in the background while its page is extracted. The slot is released after the reset.
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
}
