using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>If a tab cannot be opened, the browser must be replaced; it is not a failure of the page.</summary>
public sealed class TabOpeningTests
{
    public static TheoryData<string> Reasons => ["crashed", "refused", "exited"];

    [Theory]
    [MemberData(nameof(Reasons))]
    public async Task Open_PageCannotBePrepared_ThrowsBrowserLost(string reason)
    {
        Exception error = reason switch
        {
            "crashed" => new RendererCrashedException(),
            "refused" => new ProtocolException("Page.enable: no"),
            _ => new BrowserLostException("the browser has exited"),
        };
        await using var engine = new FailingEngine(error);
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

    /// <summary>Opens a page whose protocol calls all fail.</summary>
    private sealed class FailingEngine(Exception error) : IBrowserEngine, IPageSession
    {
        public ProcessIdentity? Child => null;

        public bool HasDriver => false;

        public bool IsConnected => true;

        public Task<Exception> Closed => Task.FromResult(error);

        public Task StartAsync() => Task.CompletedTask;

        public Task<IPageSession> OpenPageAsync(bool shared) => Task.FromResult<IPageSession>(this);

        public void On(string method, Action<JsonElement> handler) { }

        public Task<JsonElement> SendAsync(string method, JsonObject? parameters = null) =>
            Task.FromException<JsonElement>(error);

        public Task CloseAsync() => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
