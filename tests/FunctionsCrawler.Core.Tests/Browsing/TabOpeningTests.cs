using System.Text.Json;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Whatever keeps a tab from being opened means a browser that must be replaced, not a page that failed.</summary>
public sealed class TabOpeningTests
{
    public static TheoryData<string> Reasons => ["crashed", "refused", "gone"];

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task Open_PageCannotBePrepared_IsALostBrowser(string reason)
    {
        Exception why = reason switch
        {
            "crashed" => new RendererCrashedException(),
            "refused" => new ProtocolException("Page.enable: no"),
            _ => new BrowserLostException("the browser is gone"),
        };
        await using var engine = new FailingEngine(why);
        await Assert.ThrowsAsync<BrowserLostException>(() =>
            BrowserTab.OpenAsync(
                engine,
                true,
                new PageLimits(),
                TimeProvider.System,
                () => { },
                TestContext.Current.CancellationToken
            )
        );
    }

    /// <summary>Opens a page every call to which fails.</summary>
    private sealed class FailingEngine(Exception why) : IBrowserEngine, IPageSession
    {
        public ProcessIdentity? Child => null;

        public bool HasDriver => false;

        public bool IsConnected => true;

        public Task<Exception> Gone => Task.FromResult(why);

        public Task StartAsync() => Task.CompletedTask;

        public Task<IPageSession> OpenPageAsync(bool shared) => Task.FromResult<IPageSession>(this);

        public void On(string method, Action<JsonElement> handler) { }

        public Task<JsonElement> SendAsync(string method, object? parameters = null) =>
            Task.FromException<JsonElement>(why);

        public Task CloseAsync() => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
