using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Common;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// One page that is reused for several visits: a reused page is 1.5 times as fast as a new one. After a crash, a timeout
/// or a dialog it is not reused. Not safe for concurrent visits.
/// </summary>
internal sealed class BrowserTab
{
    private static readonly TimeSpan OpenLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LeaveLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ResetLimit = TimeSpan.FromSeconds(2);

    private readonly IPageSession _session;
    private readonly TabPage _page;
    private readonly TabReader _reader;
    private readonly NodeWatch _nodes;
    private readonly TabRecorder _recorder;
    private readonly TimeProvider _time;
    private readonly Action _onVisit;
    private readonly long _maxBytes;
    private volatile bool _unusable;
    private volatile bool _isBlank = true;

    private BrowserTab(
        IPageSession session,
        TabPage page,
        bool shared,
        PageLimits limits,
        TimeProvider time,
        Action onVisit
    )
    {
        (_session, _page, IsShared, _time, _onVisit) = (session, page, shared, time, onVisit);
        _maxBytes = limits.MaxTotalBytes;
        _reader = new TabReader(page, limits, time);
        _nodes = new NodeWatch(page, limits.MaxNodes, time);
        _recorder = new TabRecorder(session, time);
        session.On("Page.javascriptDialogOpening", OnDialog);
    }

    /// <summary>Opens a page and enables the protocol domains that visits need. Bounded to 15 s.</summary>
    /// <exception cref="BrowserLostException">
    /// The browser has exited or cannot open pages any more. If its zygote has died, for example, some engines report a
    /// crash and others never answer.
    /// </exception>
    internal static async Task<BrowserTab> OpenAsync(
        IBrowserEngine engine,
        bool shared,
        PageLimits limits,
        TimeProvider time,
        Action onVisit,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await OpenCoreAsync().WithinAsync(OpenLimit, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is ProtocolException or RendererCrashedException)
        {
            throw new BrowserLostException(e.Message, e);
        }
        catch (TimeoutException e)
        {
            throw new BrowserLostException($"the browser did not open a page within {OpenLimit.TotalSeconds} s", e);
        }

        async Task<BrowserTab> OpenCoreAsync()
        {
            var session = await engine.OpenPageAsync(shared).ConfigureAwait(false);
            var page = await TabPage.PrepareAsync(session, limits).ConfigureAwait(false);
            return new BrowserTab(session, page, shared, limits, time, onVisit);
        }
    }

    /// <summary>
    /// Whether the tab shares its browser context with other tabs, and so also cookies, storage and the host's renderer.
    /// </summary>
    public bool IsShared { get; }

    /// <summary>Host and port of the last visit; null before the first.</summary>
    public string? Authority { get; private set; }

    /// <summary>How many visits were started in this tab.</summary>
    public int Visits { get; private set; }

    /// <summary>Whether the last visit left, or may have left, cookies or storage in the tab's context.</summary>
    public bool LeftState { get; private set; }

    /// <summary>Navigates to a URL, waits until the page settles and reads it, all within one deadline.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled; the tab must be closed.</exception>
    public Task<TabVisit> VisitAsync(Uri url, TimeSpan deadline, CancellationToken cancellationToken) =>
        VisitAsync(url, new VisitOptions(), deadline, cancellationToken);

    /// <inheritdoc cref="VisitAsync(Uri, TimeSpan, CancellationToken)"/>
    public Task<TabVisit> VisitAsync(
        Uri url,
        VisitOptions options,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(options);
        return options.Archive is null
            ? VisitCoreAsync(url, options, deadline, cancellationToken)
            : _recorder.RecordAsync(
                () => VisitCoreAsync(url, options, deadline, cancellationToken),
                options.Identity,
                deadline
            );
    }

    private async Task<TabVisit> VisitCoreAsync(
        Uri url,
        VisitOptions options,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        _onVisit();
        Authority = url.Authority;
        _page.Traffic.Reset();
        _page.Frames.Reset();
        // In a shared context, visits in other tabs may have left something, too.
        var reused = Visits++ > 0 || IsShared;
        LeftState = true;
        _isBlank = false;
        var ended = Task.WhenAny(_session.Closed, _page.Traffic.Halted).Unwrap();
        var clock = new VisitClock(_time, deadline, ended, cancellationToken);
        var picture = options.Diagnostics.ScreenshotOnFailure
            ? new FailurePicture(_page, _session.Closed, _maxBytes, clock, _time)
            : null;
        using var visiting = new CancellationTokenSource();
        var watching = Task.WhenAll(
            _nodes.RunAsync(visiting.Token),
            picture?.WatchAsync(visiting.Token) ?? Task.CompletedTask
        );
        TabVisit visit;
        try
        {
            visit = await ReadAsync(url, options, reused, clock).ConfigureAwait(false);
            if (picture is not null)
                visit = await picture.AddToAsync(visit, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _unusable = true;
            // Callers then close the tab, or the browser to free memory. A graceful close takes half a second, in which the
            // page would keep growing.
            _page.CrashAsync().Observe();
            throw;
        }
        finally
        {
            await visiting.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
        visit = _page.Diagnostics.End(visit, url);
        _unusable |=
            visit.End is not (VisitEnd.Read or VisitEnd.ErrorStatus or VisitEnd.NetworkError or VisitEnd.NotHtml);
        // A page that was not read keeps its session storage, so its tab is not reused; other tabs may see only the rest.
        if (IsShared && (!_unusable || visit.End == VisitEnd.NotShown))
            LeftState = !await TryAsync(UpdateLeftStateAsync(visit.End)).ConfigureAwait(false) || LeftState;
        return visit with { Documents = _page.Traffic.Documents };
    }

    // How the visit ended, whatever made it end.
    private async Task<TabVisit> ReadAsync(Uri url, VisitOptions options, bool reused, VisitClock clock)
    {
        try
        {
            var visit = await _reader.ReadAsync(url, options, reused, clock).ConfigureAwait(false);
            LeftState = _reader.LeftState;
            // A page that was halted while it was read is incomplete.
            return _page.Traffic.Halted.IsCompleted ? throw await _page.Traffic.Halted.ConfigureAwait(false) : visit;
        }
        catch (Exception e) when (VisitFailures.Find(e, _reader.Preparation) is { } failed)
        {
            return failed;
        }
    }

    /// <summary>
    /// Whether the renderer answers within 0.5 s; if not, it may be stuck in an endless script. While the server has not
    /// responded, Chromium queues scripts, so the tab then counts as responsive: the server is slow, not the renderer.
    /// </summary>
    public async Task<bool> IsResponsiveAsync() =>
        _page.Traffic.Documents is [] or [.., { Status: >= 300 and < 400 }]
        || await TryAsync(_page.EvaluateAsync("1"), ProbeLimit).ConfigureAwait(false);

    /// <summary>
    /// Removes all state of the last visit, so that the next visit cannot see any of it. Only a tab with its own context
    /// can be cleared; clearing a shared context would disturb visits in other tabs.
    /// </summary>
    /// <returns>Whether the tab may be reused; if not, it must be closed.</returns>
    public async Task<bool> ResetAsync() =>
        !_unusable
        // Shared state cannot be cleared, because another tab may be using it. Otherwise only the page's own origins are, and
        // passwords cannot be.
        && !(IsShared ? LeftState : _page.Frames.HadForeign || _page.Traffic.SentCredentials || _page.Storage.WasSeeded)
        && await TryAsync(CleanAsync()).ConfigureAwait(false)
        && !_unusable;

    /// <summary>
    /// Tries to end what the page does within 1 s, and to close the tab within 2 s. A tab that does not close ends with its
    /// browser.
    /// </summary>
    public async Task CloseAsync()
    {
        _unusable = true;
        // Otherwise the page's last handlers would run, and its workers a little longer.
        if (!_isBlank)
            await TryAsync(_page.LeaveAsync(), LeaveLimit).ConfigureAwait(false);
        _isBlank = true;
        await TryAsync(_session.CloseAsync()).ConfigureAwait(false);
    }

    // Runs before the visit returns, because the next one may start immediately, in this tab or in another.
    private async Task UpdateLeftStateAsync(VisitEnd end)
    {
        var found = await Task.WhenAll(
                end == VisitEnd.Read ? Task.FromResult(LeftState) : _page.HasStorageAsync(),
                _page.HasFrameStorageAsync(),
                _page.HasCookiesAsync()
            )
            .ConfigureAwait(false);
        LeftState = _page.Traffic.SentCredentials || found.Contains(true);
    }

    private async Task CleanAsync()
    {
        await _page.LeaveAsync().ConfigureAwait(false);
        _isBlank = true;
        var resuming = _page.ResumeAsync();
        if (IsShared)
            _unusable |= LeftState = await _page.HasCookiesAsync().ConfigureAwait(false);
        else
            await _page.ClearAsync(LeftState ? _page.Traffic.Documents.Select(d => d.Url) : []).ConfigureAwait(false);
        await resuming.ConfigureAwait(false);
    }

    private void OnDialog(JsonElement dialog)
    {
        _unusable = true;
        // Dismissing a beforeunload dialog would keep the tab on this page and block the next navigation.
        var accept = dialog.GetProperty("type").ValueEquals("beforeunload");
        _session.SendAsync("Page.handleJavaScriptDialog", new JsonObject { ["accept"] = accept }).Observe();
    }

    // False if the task fails or times out. Also waits for Closed, because a closed page raises no more events.
    private async Task<bool> TryAsync(Task task, TimeSpan? limit = null)
    {
        task.Observe();
        try
        {
            await Task.WhenAny(task, _session.Closed)
                .WithinAsync(limit ?? ResetLimit, _time, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return false;
        }
        return task.IsCompletedSuccessfully;
    }
}
