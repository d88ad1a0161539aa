using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>When a page is read again, over a connection that says in which order things happen.</summary>
public sealed class TabReaderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_RequestEndsWhileThePageIsRead_ReadsItAgain()
    {
        var session = new ScriptedSession();
        session.Reads.Enqueue(() =>
        {
            // The answer came after the HTML was taken, and before the crawler counted the requests.
            session.Raise("Network.loadingFinished", """{ "requestId": "R" }""");
            return Read("<p>Loading…</p>", unfinished: true);
        });
        session.Reads.Enqueue(() => Read("<p>content</p>", unfinished: false));

        var visit = await VisitAsync(session);

        Assert.Equal((VisitEnd.Read, "<p>content</p>"), (visit.End, visit.Html));
    }

    [Fact]
    public async Task Read_NothingHappensWhileThePageIsRead_ReadsItOnce()
    {
        var session = new ScriptedSession();
        session.Reads.Enqueue(() => Read("<p>content</p>", unfinished: false));
        session.Raise("Network.loadingFinished", """{ "requestId": "R" }""");

        var visit = await VisitAsync(session);

        Assert.Equal((VisitEnd.Read, "<p>content</p>"), (visit.End, visit.Html));
        Assert.Empty(session.Reads);
    }

    private static async Task<TabVisit> VisitAsync(ScriptedSession session)
    {
        var page = await TabPage.PrepareAsync(session, new PageLimits());
        var reader = new TabReader(page, new PageLimits(), TimeProvider.System);
        var clock = new VisitClock(TimeProvider.System, TimeSpan.FromSeconds(60), session.Closed, Cancellation);
        return await reader.ReadAsync(new Uri("http://site.example/"), new VisitOptions(), reused: false, clock);
    }

    private static string Read(string html, bool unfinished) =>
        new JsonObject
        {
            ["html"] = html,
            ["length"] = html.Length,
            ["nodes"] = 1,
            ["url"] = "http://site.example/",
            ["unfinished"] = unfinished,
            ["timerDue"] = false,
            ["dirty"] = false,
            ["leftovers"] = false,
        }.ToJsonString();

    /// <summary>A page whose document arrives at once, with one request that a script has sent.</summary>
    private sealed class ScriptedSession : IPageSession
    {
        private readonly Dictionary<string, Action<JsonElement>> _handlers = new(StringComparer.Ordinal);

        /// <summary>What the page answers when it is read, in order.</summary>
        public Queue<Func<string>> Reads { get; } = new();

        public Task<Exception> Closed { get; } = new TaskCompletionSource<Exception>().Task;

        public void On(string method, Action<JsonElement> handler) =>
            _handlers[method] = _handlers.TryGetValue(method, out var other) ? other + handler : handler;

        public void Raise(string method, string parameters)
        {
            if (_handlers.TryGetValue(method, out var handler))
                handler(JsonElement.Parse(parameters));
        }

        public Task<JsonElement> SendAsync(string method, JsonObject? parameters = null)
        {
            if (method is "Page.navigate")
                Arrive();
            return Task.FromResult(JsonElement.Parse(Answer(method)));
        }

        public Task CloseAsync() => Task.CompletedTask;

        private void Arrive()
        {
            Raise(
                "Page.frameNavigated",
                """{ "frame": { "id": "F", "loaderId": "L", "securityOrigin": "http://a" } }"""
            );
            Raise("Page.domContentEventFired", "{}");
            Raise("Network.requestWillBeSent", """{ "requestId": "R", "type": "Fetch" }""");
        }

        private string Answer(string method) =>
            method switch
            {
                "Page.getFrameTree" => """{ "frameTree": { "frame": { "id": "F" } } }""",
                "Page.navigate" => """{ "loaderId": "L" }""",
                "Page.createIsolatedWorld" => """{ "executionContextId": 1 }""",
                "Runtime.evaluate" => $$$"""{ "result": { "value": {{{Reads.Dequeue()()}}} } }""",
                _ => "{}",
            };
    }
}
