namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>No visit sees what an earlier one left, however it left it.</summary>
public sealed class BrowserFetcherStateTests : BrowserFetcherTestBase
{
    // What a page can see of an earlier one.
    private const string Look = """
        (async () => {
          const seen = [];
          if (document.cookie) seen.push('cookie');
          if (localStorage.length) seen.push('localStorage');
          if (sessionStorage.length) seen.push('sessionStorage');
          if (window.name) seen.push('name');
          if ((await indexedDB.databases()).length) seen.push('indexedDB');
          if (navigator.serviceWorker && navigator.serviceWorker.controller) seen.push('worker');
          if ('caches' in window && (await caches.keys()).length) seen.push('caches');
          p.textContent = 'saw [' + seen.join() + ']';
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
    public Task Fetch_EarlierPageWrote_SeesNothingOfIt(string write) => AssertUnseenAsync(write);

    [Theory]
    [InlineData(Cookie)]
    [InlineData(Local)]
    [InlineData(Name)]
    // Beside what is found and cleared by then.
    [InlineData(Cookie + ";" + Session + ";" + Local, Local)]
    public Task Fetch_EarlierPageWroteWhenItWasLeft_SeesNothingOfIt(string write, string before = "") =>
        AssertUnseenAsync($"{before}; addEventListener('pagehide', () => {{ {write} }})");

    [Theory]
    [InlineData(Cookie)]
    [InlineData(Database)]
    public Task Fetch_EarlierPageWouldHaveWrittenLater_SeesNothingOfIt(string write) =>
        AssertUnseenAsync($"setTimeout(() => {{ {write} }}, 300)", pauseMs: 500);

    // With more slots than visits the next one begins while the tab of the one before is still being cleared.
    [Theory]
    [InlineData(Cookie)]
    [InlineData(Local)]
    public Task Fetch_EarlierPageWroteInAnotherTab_SeesNothingOfIt(string write) => AssertUnseenAsync(write, pages: 4);

    private async Task AssertUnseenAsync(string script, int pages = 1, int pauseMs = 0)
    {
        var fetcher = Open(pages);
        var writes = Site.Script("/writes", script);
        var looks = Site.Script("/looks", Look);

        // The first pair is in the shared mode, the second in whatever mode followed.
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
    public async Task Fetch_ServerSetAHiddenCookie_IsNotSentAgain(int pages)
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
    public async Task Fetch_CookieCameWithARedirectOrAnError_IsNotSentAgain()
    {
        var fetcher = Open(pages: 2);
        await FetchAsync(fetcher, Site.Page("/gone", "gone", status: 410, cookie: "a=1; Path=/"));
        await TextAsync(fetcher, Site.Url("/"));
        Assert.All(Site.Requests, r => Assert.Equal("", r.Cookie));
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_ServiceWorkerWasRegistered_DoesNotAnswerTheNextVisit()
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
        Assert.False(Site.WasAsked("/worker.js"));
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_PageStoresAndLeadsOn_IsReadInAReusedTabToo()
    {
        var fetcher = Open();
        Site.Script("/target", "p.textContent = 'target'");
        var url = Site.Script("/stores", Local + "; location.replace('/target')");
        for (var i = 0; i < 3; i++)
            Assert.Contains("target", await TextAsync(fetcher, url), StringComparison.Ordinal);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_NothingWritten_StaysShared()
    {
        var fetcher = Open();
        var looks = Site.Script("/looks", Look);
        for (var i = 0; i < 3; i++)
            Assert.Contains("saw []", await TextAsync(fetcher, looks), StringComparison.Ordinal);
        Assert.False(fetcher.IsIsolated);
        await AssertEndedCleanAsync(fetcher);
    }
}
