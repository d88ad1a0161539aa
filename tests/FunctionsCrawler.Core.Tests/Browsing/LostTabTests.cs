using System.Text.Json;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Safety;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>A tab whose browser goes in the middle of something, against a browser that is played.</summary>
public sealed class LostTabTests : IBrowserEngine, IPageSession
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource<Exception> _gone = new();

    ProcessIdentity? IBrowserEngine.Child => null;

    bool IBrowserEngine.HasDriver => false;

    bool IBrowserEngine.IsConnected => true;

    Task<Exception> IPageSession.Gone => _gone.Task;

    [Fact]
    public async Task Reset_BrowserGoesBeforeTheBlankDocumentIsParsed_EndsAtOnce()
    {
        // No limit ever passes on this clock: only the loss can end the wait.
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

        _gone.SetResult(new BrowserLostException("gone"));

        Assert.False(await reset.WaitAsync(Guard, TestContext.Current.CancellationToken));
    }

    Task<IPageSession> IBrowserEngine.OpenPageAsync(bool shared) => Task.FromResult<IPageSession>(this);

    // It begins every navigation, and tells of no document.
    Task<JsonElement> IPageSession.SendAsync(string method, object? parameters)
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
