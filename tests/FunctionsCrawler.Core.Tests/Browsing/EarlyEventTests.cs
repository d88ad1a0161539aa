using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>
/// The events that announce the end of parsing do not name a document. On a slow machine, that of an earlier document has been
/// seen after the next one arrived.
/// </summary>
public sealed class EarlyEventTests : BrowserTestBase
{
    [Fact]
    public async Task Visit_EndOfParsingIsAnnouncedTooEarly_ReadsTheWholeDocument()
    {
        var sent = new TaskCompletionSource();
        var url = Site.Answer(
            "/slow",
            async context =>
            {
                context.Response.ContentType = "text/html";
                await context.Response.Body.FlushAsync(Cancellation);
                await sent.Task.WaitAsync(Cancellation);
                // Longer than requests are waited for, so that the page is asked for its HTML meanwhile.
                await Task.Delay(3000, Cancellation);
                await context.Response.WriteAsync("<p>all of it</p>", Cancellation);
            }
        );
        using var folder = InvocationFolder.Create();
        var engine = new PipeEngine(new EngineSetup(Launch, folder.Marker, folder, null));
        var processes = new InvocationProcesses(folder.Marker, notBefore: 0);
        try
        {
            var started = engine.StartAsync();
            processes.RegisterRoot(engine.Child!.Value);
            await started.WaitAsync(Guard, Cancellation);
            var session = new EarlySession(await engine.OpenPageAsync(shared: false), () => sent.TrySetResult());
            var page = await TabPage.PrepareAsync(session, new PageLimits());
            var reader = new TabReader(page, new PageLimits(), TimeProvider.System);
            var clock = new VisitClock(TimeProvider.System, Ample, session.Closed, Cancellation);

            var visit = await reader.ReadAsync(url, new VisitOptions(), reused: false, clock);

            Assert.Contains("<p>all of it</p>", visit.Html, StringComparison.Ordinal);
        }
        finally
        {
            var (_, left, bytesLeft) = await new Disposal(processes, engine, folder, TimeProvider.System).RunAsync();
            Assert.Equal((0, 0), (left, bytesLeft));
            Assert.Empty(Leftovers.Zombies());
        }
    }

    /// <summary>Announces the end of parsing with the arrival of a document.</summary>
    private sealed class EarlySession(IPageSession page, Action onArrival) : IPageSession
    {
        private readonly List<Action<JsonElement>> _parsed = [];

        public Task<Exception> Closed => page.Closed;

        public void On(string method, Action<JsonElement> handler)
        {
            if (method is "Page.domContentEventFired")
                _parsed.Add(handler);
            page.On(method, method is "Page.frameNavigated" ? OnNavigated : handler);

            void OnNavigated(JsonElement e)
            {
                handler(e);
                _parsed.ForEach(parsed => parsed(default));
                onArrival();
            }
        }

        public Task<JsonElement> SendAsync(string method, JsonObject? parameters = null) =>
            page.SendAsync(method, parameters);

        public Task CloseAsync() => page.CloseAsync();
    }
}
