namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>A visit never sees state stored by an earlier one, whatever the kind of storage.</summary>
public sealed class BrowserFetcherStateTests : BrowserFetcherTestBase
{
    // Reports all state that a page can see. A timer is due until the answers are there, so that the page is not read before.
    private const string ReportState = """
        (async () => {
          const asking = setTimeout(() => {}, 2900);
          const seen = [];
          if (document.cookie) seen.push('cookie');
          if (localStorage.length) seen.push('localStorage');
          if (sessionStorage.length) seen.push('sessionStorage');
          if (window.name) seen.push('name');
          if ((await indexedDB.databases()).length) seen.push('indexedDB');
          if (navigator.serviceWorker && navigator.serviceWorker.controller) seen.push('worker');
          if ('caches' in window && (await caches.keys()).length) seen.push('caches');
          p.textContent = 'saw [' + seen.join() + ']';
          clearTimeout(asking);
        })();
        """;

    private const string Cookie = "document.cookie = 'a=1; path=/'";
    private const string Local = "localStorage.setItem('a', '1')";
    private const string Session = "sessionStorage.setItem('a', '1')";
    private const string Name = "window.name = 'a'";
    private const string Database = "indexedDB.open('a').onsuccess = () => fetch('/done')";
    private const string Cache = "caches.open('a').then(c => c.put('/x', new Response('x')))";

    [Theory]
    [InlineData(Cookie)]
    [InlineData(Local)]
    [InlineData(Session)]
    [InlineData(Name)]
    [InlineData(Database)]
    [InlineData(Cache)]
    public Task Fetch_EarlierPageWrote_StateIsNotVisible(string write) => AssertUnseenAsync(write);

    [Theory]
    [InlineData(Cookie)]
    [InlineData(Local)]
    [InlineData(Name)]
    // In addition to state that is detected and cleared before.
    [InlineData(Cookie + ";" + Session + ";" + Local, Local)]
    public Task Fetch_EarlierPageWroteOnPageHide_StateIsNotVisible(string write, string before = "") =>
        AssertUnseenAsync($"{before}; addEventListener('pagehide', () => {{ {write} }})");

    [Theory]
    [InlineData(Cookie)]
    [InlineData(Database)]
    public Task Fetch_EarlierPageScheduledWrite_StateIsNotVisible(string write) =>
        AssertUnseenAsync($"setTimeout(() => {{ {write} }}, 300)", pauseMs: 500);

    // With more slots than visits, the next visit starts while the previous tab is still being cleared.
    [Theory]
    [InlineData(Cookie)]
    [InlineData(Local)]
    public Task Fetch_EarlierPageWroteInAnotherTab_StateIsNotVisible(string write) =>
        AssertUnseenAsync(write, pages: 4);

    private async Task AssertUnseenAsync(string script, int pages = 1, int pauseMs = 0)
    {
        var fetcher = Open(pages);
        var writes = Site.Script("/writes", script);
        var looks = Site.Script("/looks", ReportState);

        // The first pair runs in shared mode, the second in the mode that the first led to.
        for (var pair = 0; pair < 2; pair++)
        {
            await TextAsync(fetcher, writes);
            await Task.Delay(pauseMs, Cancellation);
            Assert.Contains("saw []", await TextAsync(fetcher, looks), StringComparison.Ordinal);
        }

        Assert.All(Site.Requests.Where(r => r.Path is "/looks"), r => Assert.Equal("", r.Cookie));
        await AssertEndedCleanAsync(fetcher);
        Assert.Single(Browsers);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Fetch_ServerSetHttpOnlyCookie_IsNotSentAgain(int pages)
    {
        var fetcher = Open(pages);
        var url = Site.Page("/session", "<p>session</p>", cookie: "id=1; HttpOnly; Path=/");
        for (var i = 0; i < 4; i++)
            await TextAsync(fetcher, url);
        await TextAsync(fetcher, Site.Url("/"));
        Assert.True(fetcher.IsIsolated);
        Assert.All(Site.Requests.Where(r => r.Path is "/session" or "/"), r => Assert.Equal("", r.Cookie));
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_CookieSetByErrorResponse_IsNotSentAgain()
    {
        var fetcher = Open(pages: 2);
        await FetchAsync(fetcher, Site.Page("/gone", "gone", status: 410, cookie: "a=1; Path=/"));
        await TextAsync(fetcher, Site.Url("/"));
        Assert.All(Site.Requests, r => Assert.Equal("", r.Cookie));
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_ServiceWorkerRegistered_DoesNotHandleTheNextVisit()
    {
        var fetcher = Open();
        Site.Answer(
            "/worker.js",
            async context =>
            {
                context.Response.ContentType = "text/javascript";
                await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                    context.Response,
                    "addEventListener('install', () => skipWaiting()); addEventListener('activate', e => "
                        + "e.waitUntil(clients.claim())); addEventListener('fetch', e => e.respondWith(new Response('mine')))"
                );
            }
        );
        var url = Site.Script("/registers", "navigator.serviceWorker.register('/worker.js')");
        await TextAsync(fetcher, url);
        Assert.Contains("hello", await TextAsync(fetcher, Site.Url("/")), StringComparison.Ordinal);
        Assert.False(Site.WasRequested("/worker.js"));
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_PageStoresStateAndRedirects_IsReadInReusedTab()
    {
        var fetcher = Open();
        Site.Script("/target", "p.textContent = 'target'");
        var url = Site.Script("/stores", Local + "; location.replace('/target')");
        for (var i = 0; i < 3; i++)
            Assert.Contains("target", await TextAsync(fetcher, url), StringComparison.Ordinal);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_NothingWritten_StaysInSharedMode()
    {
        var fetcher = Open();
        var looks = Site.Script("/looks", ReportState);
        for (var i = 0; i < 3; i++)
            Assert.Contains("saw []", await TextAsync(fetcher, looks), StringComparison.Ordinal);
        Assert.False(fetcher.IsIsolated);
        await AssertEndedCleanAsync(fetcher);
    }
}
