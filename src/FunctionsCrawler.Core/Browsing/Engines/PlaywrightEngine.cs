using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Common;
using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>Starts and controls the browser through Playwright and its driver. Works on every platform.</summary>
internal sealed class PlaywrightEngine(EngineSetup setup) : IBrowserEngine
{
    private readonly Lock _lock = new();
    private Task<IPlaywright>? _creating;
    private Task<IBrowserContext>? _sharedContext;
    private IBrowser? _browser;

    /// <inheritdoc/>
    public ProcessIdentity? Child { get; private set; }

    /// <inheritdoc/>
    public bool HasDriver => true;

    /// <inheritdoc/>
    public bool IsConnected => _browser is { IsConnected: true };

    /// <inheritdoc/>
    public async Task StartAsync()
    {
        (_creating, Child) = DriverStart.Start(setup.Marker, setup.Folder.Temp);
        try
        {
            var playwright = await _creating.ConfigureAwait(false);
            _browser = await playwright
                .Chromium.LaunchAsync(ChromiumArguments.ForPlaywright(setup))
                .ConfigureAwait(false);
        }
        catch (PlaywrightException e)
        {
            throw new BrowserLostException(FirstLine(e), e);
        }
    }

    /// <inheritdoc/>
    public async Task<IPageSession> OpenPageAsync(bool shared)
    {
        var browser = _browser ?? throw new InvalidOperationException("the browser was never started");
        try
        {
            var context = await (shared ? SharedContextAsync(browser) : NewContextAsync(browser)).ConfigureAwait(false);
            var page = await context.NewPageAsync().ConfigureAwait(false);
            page.Popup += (_, popup) => popup.CloseAsync().Observe();
            var session = await context.NewCDPSessionAsync(page).ConfigureAwait(false);
            return new PlaywrightPage(browser, page, session, ownsContext: !shared);
        }
        catch (PlaywrightException e)
        {
            throw Translate(e, "opening a page", browser);
        }
    }

    /// <inheritdoc/>
    public Task CloseAsync() => _browser?.CloseAsync() ?? Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_creating is not null)
            (await _creating.ConfigureAwait(false)).Dispose();
    }

    private Task<IBrowserContext> SharedContextAsync(IBrowser browser)
    {
        lock (_lock)
            return _sharedContext ??= NewContextAsync(browser);
    }

    private static Task<IBrowserContext> NewContextAsync(IBrowser browser) =>
        // An empty list (not null) denies every permission without a prompt.
        browser.NewContextAsync(new BrowserNewContextOptions { AcceptDownloads = false, Permissions = [] });

    private static Exception Translate(PlaywrightException e, string call, IBrowser browser) =>
        browser.IsConnected ? ProtocolException.From(call, FirstLine(e)) : new BrowserLostException(FirstLine(e), e);

    private static string FirstLine(PlaywrightException e) => e.Message.Split('\n', 2)[0].TrimEnd();

    private sealed class PlaywrightPage : IPageSession
    {
        private readonly TaskCompletionSource<Exception> _closed = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        private readonly IBrowser _browser;
        private readonly IPage _page;
        private readonly ICDPSession _session;
        private readonly bool _ownsContext;

        public PlaywrightPage(IBrowser browser, IPage page, ICDPSession session, bool ownsContext)
        {
            (_browser, _page, _session, _ownsContext) = (browser, page, session, ownsContext);
            page.Crash += (_, _) => _closed.TrySetResult(new RendererCrashedException());
            page.Close += (_, _) => _closed.TrySetResult(new BrowserLostException("the page was closed"));
            // If the driver has exited, the page raises neither event.
            browser.Disconnected += (_, _) => _closed.TrySetResult(new BrowserLostException("the browser has exited"));
        }

        public Task<Exception> Closed => _closed.Task;

        public void On(string method, Action<JsonElement> handler) =>
            _session.Event(method).OnEvent += (_, parameters) => handler(parameters ?? default);

        public async Task<JsonElement> SendAsync(string method, JsonObject? parameters = null)
        {
            var arguments = parameters?.ToDictionary(p => p.Key, p => (object)p.Value!, StringComparer.Ordinal);
            try
            {
                return await _session.SendAsync(method, arguments).ConfigureAwait(false) ?? default;
            }
            catch (PlaywrightException e)
            {
                throw Translate(e, method, _browser);
            }
            catch (ObjectDisposedException e)
            {
                // Thrown by the transport if the driver exits while a message is being sent.
                throw new BrowserLostException("the driver has exited", e);
            }
        }

        public Task CloseAsync() => _ownsContext ? _page.Context.CloseAsync() : _page.CloseAsync();
    }
}
