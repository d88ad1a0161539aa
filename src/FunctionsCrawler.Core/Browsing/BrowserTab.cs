using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// One page, used for visit after visit: a reused page is half again as fast as a fresh one. After a crash, a timeout
/// or a dialog it is not used again. Not safe for concurrent visits.
/// </summary>
public sealed class BrowserTab
{
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ResetLimit = TimeSpan.FromSeconds(2);

    private readonly IBrowserContext _context;
    private readonly IPage _page;
    private readonly bool _ownsContext;
    private readonly TimeProvider _time;
    private readonly Action _onVisit;
    private readonly TabTraffic _traffic;
    private readonly TabReader _reader;
    private readonly TabState _state;
    private readonly ConcurrentBag<Task<bool>> _popups = [];
    private readonly TaskCompletionSource _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _spoilt;

    private BrowserTab(IPage page, bool ownsContext, TimeProvider time, Action onVisit)
    {
        (_context, _page, _ownsContext, _time, _onVisit) = (page.Context, page, ownsContext, time, onVisit);
        _traffic = new TabTraffic(page);
        _reader = new TabReader(page, _traffic, time);
        _state = new TabState(page.Context, page);
        page.Crash += (_, _) => _crashed.TrySetResult();
        page.Popup += OnPopup;
        page.Dialog += (_, dialog) =>
        {
            _spoilt = true;
            // "Stay on this page" is no answer for a tab that is to go on.
            _ = TryAsync(dialog.Type is DialogType.BeforeUnload ? dialog.AcceptAsync() : dialog.DismissAsync());
        };
    }

    /// <summary>Opens a page in a context; one that owns its context closes it too.</summary>
    internal static async Task<BrowserTab> OpenAsync(
        Task<IBrowserContext> context,
        bool ownsContext,
        TimeProvider time,
        Action onVisit,
        CancellationToken cancellationToken
    )
    {
        var opened = await context.WithinAsync(OpenLimit, time, cancellationToken).ConfigureAwait(false);
        var page = await opened.NewPageAsync().WithinAsync(OpenLimit, time, cancellationToken).ConfigureAwait(false);
        return new BrowserTab(page, ownsContext, time, onVisit);
    }

    /// <summary>Opens the kind of context tabs live in.</summary>
    internal static async Task<IBrowserContext> OpenContextAsync(IBrowser browser, string userAgent)
    {
        var options = new BrowserNewContextOptions
        {
            UserAgent = userAgent,
            AcceptDownloads = false,
            ServiceWorkers = ServiceWorkerPolicy.Block,
        };
        var context = await browser.NewContextAsync(options).ConfigureAwait(false);
        await context.AddInitScriptAsync(TabScripts.DetectLeftovers).ConfigureAwait(false);
        return context;
    }

    /// <summary>Whether the tab shares context, and with it cookies, storage and the host's renderer, with other tabs.</summary>
    public bool IsShared => !_ownsContext;

    /// <summary>Host and port of the last visit; null before the first.</summary>
    public string? Authority { get; private set; }

    /// <summary>How many visits it has made or begun.</summary>
    public int Visits { get; private set; }

    /// <summary>Whether the last visit left cookies or storage in the tab's context, or may have.</summary>
    public bool LeftState { get; private set; }

    /// <summary>Goes to a URL, lets the page settle and reads it, all within one deadline.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the tab must be closed.</exception>
    public async Task<TabVisit> VisitAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        _onVisit();
        Authority = url.Authority;
        _traffic.Begin();
        var reused = Visits++ > 0;
        LeftState = true;
        var clock = new VisitClock(_time, deadline, _crashed.Task, cancellationToken);
        TabVisit visit;
        try
        {
            visit = await _reader.ReadAsync(url, reused, clock).ConfigureAwait(false);
            LeftState = _reader.LeftState;
        }
        catch (TimeoutException)
        {
            visit = new TabVisit { End = VisitEnd.Timeout };
        }
        catch (OperationCanceledException)
        {
            _spoilt = true;
            throw;
        }
        catch (Exception e) when (e is PlaywrightException or RendererCrashedException)
        {
            visit = BrowserErrors.Classify(e, _context.Browser?.IsConnected ?? false);
            if (visit.End == VisitEnd.NetworkError)
                visit = WithAnswer(visit);
        }
        _spoilt |=
            visit.End is not (VisitEnd.Read or VisitEnd.ErrorStatus or VisitEnd.NetworkError or VisitEnd.NotHtml);
        if (IsShared && !_spoilt)
            await TryAsync(FindStateAsync(visit.End)).ConfigureAwait(false);
        return visit with { Documents = _traffic.Documents };
    }

    /// <summary>
    /// Whether the renderer still answers: a tab that does not may have lost it to an endless script. While the server
    /// has not answered, Chromium holds back what it is asked; then the server is late, not the renderer.
    /// </summary>
    public async Task<bool> IsResponsiveAsync() =>
        _traffic.Documents is [] or [.., { Status: >= 300 and < 400 }]
        || await TryAsync(_page.EvaluateAsync("1"), ProbeLimit).ConfigureAwait(false);

    /// <summary>
    /// Makes the tab ready for a visit that must not see anything of the one before. A tab with a context of its own
    /// is cleared; one that shares its context cannot be, without harm to its neighbours' visits.
    /// </summary>
    /// <returns>Whether it may be used again; if not, it must be closed.</returns>
    public async Task<bool> ResetAsync()
    {
        // What is shared cannot be cleared: a neighbour may need it.
        return !_spoilt && !(IsShared && LeftState) && await TryAsync(CleanAsync()).ConfigureAwait(false) && !_spoilt;
    }

    /// <summary>Closes the tab if that can be done in time; what does not close dies with the browser.</summary>
    public async Task CloseAsync()
    {
        _spoilt = true;
        await TryAsync(_ownsContext ? _context.CloseAsync() : _page.CloseAsync()).ConfigureAwait(false);
    }

    // What the browser calls a failure although the server answered. A navigation aborted for any other reason failed
    // by chance, and is worth another try: over HTTP its page would be taken unrendered.
    private TabVisit WithAnswer(TabVisit visit) =>
        _traffic.Documents switch
        {
            // An error status without a body makes Chromium show a page of its own.
            [.., { Status: >= 400 }] => new TabVisit { End = VisitEnd.ErrorStatus },
            // Without content the browser stays where it was.
            [.., { Status: 204 or 205 }] => new TabVisit { End = VisitEnd.NotHtml },
            _ => visit,
        };

    // Known before the visit is reported: the next one may begin at once, in this tab or beside it.
    private async Task FindStateAsync(VisitEnd end)
    {
        var stored = end == VisitEnd.Read ? LeftState : await _state.HasStorageAsync().ConfigureAwait(false);
        LeftState = stored || await _state.HasCookiesAsync().ConfigureAwait(false);
    }

    private async Task CleanAsync()
    {
        await _state.LeaveAsync().ConfigureAwait(false);
        while (_popups.TryTake(out var popup))
            _spoilt |= !await popup.ConfigureAwait(false);
        if (IsShared)
            _spoilt |= LeftState = await _state.HasCookiesAsync().ConfigureAwait(false);
        else
            await _state.ClearAsync(LeftState ? _traffic.Documents.Select(d => d.Url) : []).ConfigureAwait(false);
    }

    private void OnPopup(object? sender, IPage popup)
    {
        popup.Popup += OnPopup;
        _popups.Add(TryAsync(popup.CloseAsync()));
    }

    [SuppressMessage("Design", "CA1031", Justification = "A tab that does not answer is closed, whatever the reason.")]
    private async Task<bool> TryAsync(Task task, TimeSpan? limit = null)
    {
        try
        {
            await task.WithinAsync(limit ?? ResetLimit, _time, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
