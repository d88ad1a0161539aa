using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T24: the next visit of a chunk sees no state of an earlier one, and visits parallel to an endless script succeed.</summary>
internal static class StateRows
{
    public static IReadOnlyList<Row> All =>
        [
            new("T24 state of one visit", StateAsync),
            new("T24 neighbours of an endless script", NeighboursAsync) { IsLong = true },
            new("T24 requests paused for headers", PausedAsync) { Options = WithHeaders },
        ];

    private static async Task StateAsync(RowRun run)
    {
        var leaves = run.Site.Page(
            "/leaves",
            """
            <p id=p>leaves</p><script>
              window.name = 'left'; document.cookie = 'left=1'; localStorage.left = 1; sessionStorage.left = 1;
              indexedDB.open('left'); caches.open('left').catch(() => { });
              navigator.serviceWorker.register('/sw.js'); window.open('/popup', 'popup');
              setTimeout(() => alert('late'), 40); addEventListener('pagehide', () => { document.cookie = 'late=1'; });
            </script>
            """,
            cookie: "server=1; HttpOnly"
        );
        var looks = run.Site.Script(
            "/looks",
            """
            const left = [window.name, document.cookie, localStorage.length, sessionStorage.length, window.opener];
            indexedDB.databases().then(d => { p.textContent = JSON.stringify([...left, d.length]); });
            """
        );
        run.Site.Page("/popup", "popup");
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await run.PageContainsAsync(leaves, "leaves");
            await run.PageContainsAsync(looks, """["","",0,0,null,0]""");
        }
        Assert.All(run.Site.Requests.Where(r => r.Path == "/looks"), r => Assert.Equal("", r.Cookie));
        Assert.False(run.Site.WasRequested("/sw.js"));
    }

    private static ChunkOptions WithHeaders(RowRun run, ChunkOptions options)
    {
        var page = new PageOptions { Headers = new Dictionary<string, SecretText> { ["X-Api-Key"] = "key" } };
        var identity = VisitIdentity.Of(page, [run.Site.Url("/").AbsoluteUri], "Agent", out _)!;
        return options with { Visits = new VisitOptions { Identity = identity } };
    }

    // Every request of the page is paused until this process has added the headers, also when the page ends meanwhile.
    private static async Task PausedAsync(RowRun run)
    {
        run.Site.Hang("/hangs");
        var requests = string.Concat(Enumerable.Range(0, 200).Select(i => $"fetch('/hangs?{i}');"));
        var leaving = run.Site.Script("/leaving", requests + "setTimeout(() => location.href = '/stays', 100)");
        run.Site.Script("/stays", "for (let i = 0; i < 200; i++) fetch('/hangs?' + i); for (;;) { }");
        await run.TimesOutAsync(leaving);
        await run.NextPageSucceedsAsync();
    }

    private static async Task NeighboursAsync(RowRun run)
    {
        await run.NextPageSucceedsAsync();
        var endless = run.FetchAsync(run.Site.Script("/endless", "for (;;) { }"), RowRun.Brief);
        await run.UntilRequestedAsync("/endless");
        await Task.WhenAll(
            Enumerable
                .Range(0, 6)
                .Select(i => run.PageContainsAsync(run.Site.Page($"/n{i}", $"neighbour {i}"), $"neighbour {i}"))
        );
        Assert.Equal(ErrorCode.Timeout, (await endless).Error?.Code);
    }
}
