using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// One page, used for visit after visit: a reused page is half again as fast as a fresh one. After a crash, a timeout
/// or a dialog it is not used again. Not safe for concurrent visits.
/// </summary>
public sealed class BrowserTab
{
    private const int MaxScriptRedirects = 10;
    private const int MaxHtmlLength = 32 * 1024 * 1024;

    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ResetLimit = TimeSpan.FromSeconds(2);

    private readonly IBrowserContext _context;
    private readonly IPage _page;
    private readonly bool _ownsContext;
    private readonly TimeProvider _time;
    private readonly Action _onVisit;
    private readonly TabTraffic _traffic;
    private readonly ConcurrentBag<Task> _popups = [];
    private readonly TaskCompletionSource _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ICDPSession? _cdp;
    private bool _dirty;
    private volatile bool _spoilt;

    private BrowserTab(IPage page, bool ownsContext, TimeProvider time, Action onVisit)
    {
        (_context, _page, _ownsContext, _time, _onVisit) = (page.Context, page, ownsContext, time, onVisit);
        _traffic = new TabTraffic(page);
        page.Crash += (_, _) => _crashed.TrySetResult();
        page.Popup += OnPopup;
        page.Dialog += (_, dialog) =>
        {
            _spoilt = true;
            _ = Forget(dialog.DismissAsync());
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

    /// <summary>Goes to a URL, lets the page settle and reads it, all within one deadline.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the tab must be closed.</exception>
    public async Task<TabVisit> VisitAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        _onVisit();
        Authority = url.Authority;
        _traffic.Begin();
        var reused = Visits++ > 0;
        _dirty = true;
        var clock = new VisitClock(_time, deadline, _crashed.Task, cancellationToken);
        TabVisit visit;
        try
        {
            visit =
                await NavigateAsync(url, clock).ConfigureAwait(false)
                ?? await ReadAsync(clock, reused).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            visit = new TabVisit { End = VisitEnd.Timeout };
        }
        catch (Exception e) when (e is PlaywrightException or RendererCrashedException)
        {
            visit = BrowserErrors.Classify(e, _page.Context.Browser?.IsConnected ?? false);
        }
        _spoilt |=
            visit.End is not (VisitEnd.Read or VisitEnd.ErrorStatus or VisitEnd.NetworkError or VisitEnd.NotHtml);
        return visit with { Documents = _traffic.Documents };
    }

    /// <summary>Whether the renderer still answers: a tab that does not may have lost it to an endless script.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever the reason, it does not answer.")]
    public async Task<bool> IsResponsiveAsync()
    {
        try
        {
            await _page.EvaluateAsync("1").WithinAsync(ProbeLimit, _time, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>
    /// Makes the tab ready for a visit that must not see anything of the one before. A tab with a context of its own
    /// is cleared; one that shares its context cannot be, without harm to its neighbours' visits.
    /// </summary>
    /// <returns>Whether it may be used again; if not, it must be closed.</returns>
    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "A tab that cannot be cleaned is closed, whatever the reason."
    )]
    public async Task<bool> ResetAsync()
    {
        if (_spoilt)
            return false;
        try
        {
            while (_popups.TryTake(out var popup))
                await popup.WithinAsync(ResetLimit, _time, CancellationToken.None).ConfigureAwait(false);
            if (IsShared)
                _dirty |= await HasCookiesAsync().ConfigureAwait(false);
            else
                await ClearAsync().WithinAsync(ResetLimit, _time, CancellationToken.None).ConfigureAwait(false);
            return !_spoilt && !(IsShared && _dirty);
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>Closes the tab if that can be done in time; what does not close dies with the browser.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "The browser's disposal ends what did not close here.")]
    public async Task CloseAsync()
    {
        try
        {
            var closing = _ownsContext ? _context.CloseAsync() : _page.CloseAsync();
            await closing.WithinAsync(ResetLimit, _time, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception)
        {
            _spoilt = true;
        }
    }

    // Null: the navigation went well and the document can be read.
    private async Task<TabVisit?> NavigateAsync(Uri url, VisitClock clock)
    {
        try
        {
            await clock
                .AwaitAsync(
                    _page.GotoAsync(
                        url.AbsoluteUri,
                        new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded, Timeout = 0 }
                    )
                )
                .ConfigureAwait(false);
            return null;
        }
        catch (PlaywrightException e) when (BrowserErrors.IsSuperseded(e))
        {
            // A script led on before the first document was complete; the one it led to is read.
            await AwaitDocumentAsync(clock).ConfigureAwait(false);
            return null;
        }
    }

    private async Task<TabVisit> ReadAsync(VisitClock clock, bool reused)
    {
        var settled = _time.GetTimestamp();
        for (var documents = 0; documents <= MaxScriptRedirects; )
        {
            if (_traffic.Documents is [.., var last])
            {
                if (last.Status >= 400)
                    return new TabVisit { End = VisitEnd.ErrorStatus };
                if (!IsHtml(last.ContentType))
                    return new TabVisit { End = VisitEnd.NotHtml };
            }
            try
            {
                var settle = SettleLimit - _time.GetElapsedTime(settled);
                await clock.AwaitAtMostAsync(_traffic.WhenIdle(), settle).ConfigureAwait(false);
                settle = SettleLimit - _time.GetElapsedTime(settled);
                var arguments = new
                {
                    quietMs = Quiet.TotalMilliseconds,
                    settleMs = settle.TotalMilliseconds,
                    maxLength = MaxHtmlLength,
                };
                var read = await clock
                    .AwaitAsync(_page.EvaluateAsync<JsonElement>(TabScripts.SettleAndRead, arguments))
                    .ConfigureAwait(false);
                if (_traffic.IsIdle || settle <= TimeSpan.Zero)
                    return Report(read, reused);
            }
            catch (PlaywrightException e) when (BrowserErrors.IsSuperseded(e))
            {
                documents++;
                await AwaitDocumentAsync(clock).ConfigureAwait(false);
                settled = _time.GetTimestamp();
            }
        }
        return new TabVisit { End = VisitEnd.RedirectLoop };
    }

    private TabVisit Report(JsonElement read, bool reused)
    {
        if (reused && read.GetProperty("leftovers").GetBoolean())
            return new TabVisit { End = VisitEnd.Contaminated };
        _dirty = read.GetProperty("dirty").GetBoolean();
        return read.GetProperty("html").GetString() is { } html
            ? new TabVisit
            {
                End = VisitEnd.Read,
                Html = html,
                FinalUrl = read.GetProperty("url").GetString()!.Split('#', 2)[0],
            }
            : new TabVisit { End = VisitEnd.TooLarge };
    }

    private Task AwaitDocumentAsync(VisitClock clock) =>
        clock.AwaitAsync(
            _page.WaitForLoadStateAsync(LoadState.DOMContentLoaded, new PageWaitForLoadStateOptions { Timeout = 0 })
        );

    private async Task<bool> HasCookiesAsync()
    {
        var cookies = await _context
            .CookiesAsync()
            .WithinAsync(ResetLimit, _time, CancellationToken.None)
            .ConfigureAwait(false);
        return cookies.Count > 0;
    }

    private async Task ClearAsync()
    {
        await _context.ClearCookiesAsync().ConfigureAwait(false);
        if (!_dirty)
            return;
        // Leaving the page first ends its scripts; what they still write while leaving is found by DetectLeftovers.
        await _page.GotoAsync("about:blank", new PageGotoOptions { Timeout = 0 }).ConfigureAwait(false);
        _cdp ??= await _context.NewCDPSessionAsync(_page).ConfigureAwait(false);
        var origins = _traffic.Documents.Select(d => new Uri(d.Url).GetLeftPart(UriPartial.Authority));
        foreach (var origin in origins.Distinct(StringComparer.Ordinal))
        {
            await _cdp.SendAsync(
                    "Storage.clearDataForOrigin",
                    new Dictionary<string, object>(StringComparer.Ordinal)
                    {
                        ["origin"] = origin,
                        ["storageTypes"] = "all",
                    }
                )
                .ConfigureAwait(false);
        }
    }

    private static bool IsHtml(string? contentType) =>
        contentType is null
        || contentType.StartsWith("text/html", StringComparison.OrdinalIgnoreCase)
        || contentType.StartsWith("application/xhtml+xml", StringComparison.OrdinalIgnoreCase);

    private void OnPopup(object? sender, IPage popup)
    {
        popup.Popup += OnPopup;
        _popups.Add(Forget(popup.CloseAsync()));
    }

    private Task Forget(Task task) => task.WithinAsync(ResetLimit, _time, CancellationToken.None);
}
