using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>A tab whose browser exits during a call; the test class acts as the browser.</summary>
public sealed class LostTabTests : IBrowserEngine, IPageSession
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private readonly TaskCompletionSource<Exception> _closed = new();

    ProcessIdentity? IBrowserEngine.Child => null;

    bool IBrowserEngine.HasDriver => false;

    bool IBrowserEngine.IsConnected => true;

    Task<Exception> IPageSession.Closed => _closed.Task;

    [Fact]
    public async Task Reset_BrowserExitsBeforeTheBlankDocumentIsParsed_EndsAtOnce()
    {
        // Time never advances on this clock, so only the closed session can end the wait.
        var tab = await BrowserTab.OpenAsync(
            this,
            shared: false,
            new PageLimits(),
            new FakeTimeProvider(),
            static () => { },
            TestContext.Current.CancellationToken
        );
        var reset = tab.ResetAsync();
        Assert.False(reset.IsCompleted);

        _closed.SetResult(new BrowserLostException("exited"));

        Assert.False(await reset.WaitAsync(Guard, TestContext.Current.CancellationToken));
    }

    Task<IPageSession> IBrowserEngine.OpenPageAsync(bool shared) => Task.FromResult<IPageSession>(this);

    // Accepts every navigation but never reports a document.
    Task<JsonElement> IPageSession.SendAsync(string method, JsonObject? parameters)
    {
        var answer = method switch
        {
            "Page.getFrameTree" => """{ "frameTree": { "frame": { "id": "F" } } }""",
            "Page.navigate" => """{ "loaderId": "L" }""",
            _ => "{}",
        };
        return Task.FromResult(JsonElement.Parse(answer));
    }

    void IPageSession.On(string method, Action<JsonElement> handler) { }

    Task IPageSession.CloseAsync() => Task.CompletedTask;

    Task IBrowserEngine.StartAsync() => Task.CompletedTask;

    Task IBrowserEngine.CloseAsync() => Task.CompletedTask;

    ValueTask IAsyncDisposable.DisposeAsync() => ValueTask.CompletedTask;
}
