using System.Text.Json;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Safety;

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

    private readonly IPageSession _session;
    private readonly TabPage _page;
    private readonly TabReader _reader;
    private readonly NodeWatch _nodes;
    private readonly TimeProvider _time;
    private readonly Action _onVisit;
    private volatile bool _spoilt;

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
        _reader = new TabReader(page, limits, time);
        _nodes = new NodeWatch(page, limits.MaxNodes, time);
        session.On("Page.javascriptDialogOpening", OnDialog);
    }

    /// <summary>Opens a page and prepares it.</summary>
    /// <exception cref="BrowserLostException">
    /// The browser is gone, or opens no page any more, or not in time: without a zygote, say, which one sees as a crash and
    /// another not at all.
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
            throw new BrowserLostException($"it opened no page within {OpenLimit.TotalSeconds} s", e);
        }

        async Task<BrowserTab> OpenCoreAsync()
        {
            var session = await engine.OpenPageAsync(shared).ConfigureAwait(false);
            var page = await TabPage.PrepareAsync(session, limits).ConfigureAwait(false);
            return new BrowserTab(session, page, shared, limits, time, onVisit);
        }
    }

    /// <summary>Whether the tab shares context, and with it cookies, storage and the host's renderer, with other tabs.</summary>
    public bool IsShared { get; }

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
        _page.Traffic.Begin();
        var reused = Visits++ > 0;
        LeftState = true;
        var ended = Task.WhenAny(_session.Gone, _page.Traffic.Halted).Unwrap();
        var clock = new VisitClock(_time, deadline, ended, cancellationToken);
        using var visiting = new CancellationTokenSource();
        var watching = _nodes.RunAsync(visiting.Token);
        TabVisit visit;
        try
        {
            visit = await _reader.ReadAsync(url, reused, clock).ConfigureAwait(false);
            LeftState = _reader.LeftState;
            // What was stopped while it was read is not whole.
            if (_page.Traffic.Halted.IsCompleted)
                throw await _page.Traffic.Halted.ConfigureAwait(false);
        }
        catch (VisitHaltedException e)
        {
            visit = new TabVisit { End = e.End, Detail = e.Message };
        }
        catch (TimeoutException)
        {
            visit = new TabVisit { End = VisitEnd.Timeout };
        }
        catch (OperationCanceledException)
        {
            _spoilt = true;
            // Whoever gives up a visit closes its tab, or its browser to save memory. Asked politely that takes half a
            // second, in which the page would grow on.
            _page.CrashAsync().Observe();
            throw;
        }
        catch (RendererCrashedException e)
        {
            visit = new TabVisit { End = VisitEnd.Crashed, Detail = e.Message };
        }
        catch (Exception e) when (e is BrowserLostException or ProtocolException)
        {
            // A refusal is nothing that a page should be able to bring about: such a browser is not to be trusted.
            visit = new TabVisit { End = VisitEnd.BrowserLost, Detail = e.Message };
        }
        finally
        {
            await visiting.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
        _spoilt |=
            visit.End is not (VisitEnd.Read or VisitEnd.ErrorStatus or VisitEnd.NetworkError or VisitEnd.NotHtml);
        if (IsShared && !_spoilt)
            await TryAsync(FindStateAsync(visit.End)).ConfigureAwait(false);
        return visit with { Documents = _page.Traffic.Documents };
    }

    /// <summary>
    /// Whether the renderer still answers: a tab that does not may have lost it to an endless script. While the server
    /// has not answered, Chromium holds back what it is asked; then the server is late, not the renderer.
    /// </summary>
    public async Task<bool> IsResponsiveAsync() =>
        _page.Traffic.Documents is [] or [.., { Status: >= 300 and < 400 }]
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
        await TryAsync(_session.CloseAsync()).ConfigureAwait(false);
    }

    // Known before the visit is reported: the next one may begin at once, in this tab or beside it.
    private async Task FindStateAsync(VisitEnd end)
    {
        var stored = end == VisitEnd.Read ? LeftState : await _page.HasStorageAsync().ConfigureAwait(false);
        LeftState = stored || await _page.HasCookiesAsync().ConfigureAwait(false);
    }

    private async Task CleanAsync()
    {
        await _page.LeaveAsync().ConfigureAwait(false);
        if (IsShared)
            _spoilt |= LeftState = await _page.HasCookiesAsync().ConfigureAwait(false);
        else
            await _page.ClearAsync(LeftState ? _page.Traffic.Documents.Select(d => d.Url) : []).ConfigureAwait(false);
    }

    private void OnDialog(JsonElement dialog)
    {
        _spoilt = true;
        // "Stay on this page" is no answer for a tab that is to go on.
        var accept = dialog.GetProperty("type").ValueEquals("beforeunload");
        _session.SendAsync("Page.handleJavaScriptDialog", new { accept }).Observe();
    }

    // A tab that does not answer is closed, whatever the reason; where it is gone, what waits for its events would wait in vain.
    private async Task<bool> TryAsync(Task task, TimeSpan? limit = null)
    {
        task.Observe();
        try
        {
            await Task.WhenAny(task, _session.Gone)
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
