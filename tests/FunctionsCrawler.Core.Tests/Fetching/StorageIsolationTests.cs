using FunctionsCrawler.Browsing;
using FunctionsCrawler.Core.Tests.Browsing;
using FunctionsCrawler.Fetching;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>
/// A visit never sees what an earlier one has stored, by any interface, in the page itself or in frames of another port or
/// host.
/// </summary>
public class StorageIsolationTests : BrowserFetcherTestBase
{
    private const string Database =
        "new Promise(done => { const o = indexedDB.open('a', 1); o.onupgradeneeded = () => o.result.createObjectStore('s'); "
        + "o.onsuccess = () => { o.result.close(); done(); } })";

    private static readonly Dictionary<string, string> Writes = new(StringComparer.Ordinal)
    {
        ["cookie"] = "document.cookie = 'a=1; path=/'",
        ["partitioned cookie"] = "document.cookie = '__Host-a=1; path=/; Secure; SameSite=None; Partitioned'",
        ["localStorage"] = "localStorage.setItem('a', '1')",
        ["sessionStorage"] = "sessionStorage.setItem('a', '1')",
        ["indexedDB"] = Database,
        ["caches"] = "caches.open('a').then(c => c.put('/x', new Response('x')))",
        ["empty cache"] = "caches.open('a')",
        ["files"] = "navigator.storage.getDirectory().then(d => d.getFileHandle('f', { create: true }))",
        ["buckets"] = "navigator.storageBuckets.open('b').then(() => {})",
        ["database of a worker"] =
            "new Promise(done => { const w = new Worker(URL.createObjectURL(new Blob([`"
            + "indexedDB.open('a').onsuccess = () => postMessage(1)`]))); w.onmessage = done })",
        ["name"] = "window.name = 'a'",
        ["history"] = "history.pushState({ a: 1 }, '', '?pushed'); history.replaceState({ a: 2 }, '')",
        ["worker that serves pages"] =
            "(() => { const f = document.body.appendChild(document.createElement('iframe')).contentWindow; "
            + "return Promise.race([new Promise(r => f.setTimeout(r, 300)), "
            + "f.ServiceWorkerContainer.prototype.register.call(navigator.serviceWorker, '/service.js')]) })()",
    };

    // Every visit starts with a history of two entries: the empty page of its tab, and its own.
    private const string Look = """
        async () => {
          const seen = [];
          const look = async (name, isThere) => { try { if (await isThere()) seen.push(name); } catch { } };
          await look('cookie', () => document.cookie);
          await look('localStorage', () => localStorage.length);
          await look('sessionStorage', () => sessionStorage.length);
          await look('indexedDB', async () => (await indexedDB.databases()).length);
          await look('caches', async () => (await caches.keys()).length);
          await look('files', async () => !(await (await navigator.storage.getDirectory()).keys().next()).done);
          await look('buckets', async () => (await navigator.storageBuckets.keys()).length);
          await look('usage', async () => (await navigator.storage.estimate()).usage);
          await look('persisted', () => navigator.storage.persisted());
          await look('worker', async () => (await navigator.serviceWorker.getRegistrations()).length);
          await look('locks', async () => (await navigator.locks.query()).held.length);
          await look('name', () => window === top && window.name);
          await look('referrer', () => window === top && document.referrer);
          await look('opener', () => window.opener);
          await look('history', () => history.length > 2 || history.state || navigation.entries().length > 1);
          return 'saw [' + seen.join() + ']';
        }
        """;

    // History and name belong to the tab as a whole, and workers that serve pages are found as in the page.
    public static TheoryData<string, string> Cases =>
        [
            .. Writes.Keys.Select(name => (name, "page")),
            .. Writes
                .Keys.Where(name => name is not ("name" or "history" or "worker that serves pages"))
                .Select(name => (name, "port")),
            .. ((string[])["partitioned cookie", "localStorage", "sessionStorage", "indexedDB", "files"]).Select(name =>
                (name, "host")
            ),
        ];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Fetch_EarlierPageStored_IsNotVisible(string kind, string place)
    {
        await using var second = await TestSite.StartAsync();
        var fetcher = Open();
        Site.Script("/service.js", "");
        var writes = Page(second, "/writes", $"async () => {{ await {Writes[kind]}; return 'written'; }}", place);
        var looks = Page(second, "/looks", Look, place);

        // The first pair runs in shared mode, the second in the mode that the first led to.
        for (var pair = 0; pair < 2; pair++)
        {
            await TextAsync(fetcher, writes);
            Assert.Contains("<p id=\"p\">saw []", await TextAsync(fetcher, looks), StringComparison.Ordinal);
        }
        Assert.All(
            Site.Requests.Concat(second.Requests).Where(r => r.Path.StartsWith("/looks", StringComparison.Ordinal)),
            r => Assert.Equal("", r.Cookie)
        );
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_FrameThatHadStoredIsGone_StateIsNotVisible()
    {
        await using var second = await TestSite.StartAsync();
        var fetcher = Open();
        second.Script(
            "/frame",
            "navigator.storage.getDirectory().then(async d => { await d.getFileHandle('f', { create: true }); "
                + "parent.postMessage('written', '*') })"
        );
        var writes = Site.Script(
            "/writes",
            $"const f = document.createElement('iframe'); f.src = '{second.Url("/frame")}'; p.append(f); "
                + "const waiting = setTimeout(() => { }, 2900); onmessage = () => { f.remove(); clearTimeout(waiting) }"
        );
        var looks = Page(second, "/looks", Look, "port");
        for (var pair = 0; pair < 2; pair++)
        {
            await TextAsync(fetcher, writes);
            Assert.Contains("<p id=\"p\">saw []", await TextAsync(fetcher, looks), StringComparison.Ordinal);
        }
        await AssertEndedCleanAsync(fetcher);
    }

    [Theory]
    [InlineData("page", true)]
    [InlineData("port", true)]
    [InlineData("port", false)]
    public async Task Fetch_NothingStored_StaysInSharedMode(string place, bool looks)
    {
        await using var second = await TestSite.StartAsync();
        var fetcher = Open();
        for (var i = 0; i < 3; i++)
        {
            var page = Page(second, $"/page{i}", looks ? Look : "() => 'saw []'", place);
            Assert.Contains("<p id=\"p\">saw []", await TextAsync(fetcher, page), StringComparison.Ordinal);
        }
        Assert.False(fetcher.IsIsolated);
        await AssertEndedCleanAsync(fetcher);
    }

    [Theory]
    [InlineData("new BroadcastChannel('a').onmessage = () => { }")]
    [InlineData("navigator.locks.request('a', () => new Promise(() => { }))")]
    public async Task Fetch_PageMayTalkToOtherTabs_IsIsolated(string script)
    {
        var fetcher = Open();
        await TextAsync(fetcher, Site.Script("/talks", script));
        Assert.True(fetcher.IsIsolated);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_PageSentPassword_IsNotSentAgain()
    {
        Site.Answer(
            "/protected",
            context =>
            {
                if (context.Request.Headers.Authorization.Count > 0)
                    return context.Response.WriteAsync("in");
                context.Response.StatusCode = 401;
                context.Response.Headers.WWWAuthenticate = "Basic realm=a";
                return context.Response.WriteAsync("out");
            }
        );
        var writes = Page(Site, "/writes", Request("'GET', '/protected', true, 'user', 'password'"), "page");
        var looks = Page(Site, "/looks", Request("'GET', '/protected'"), "page");
        var fetcher = Open();
        for (var pair = 0; pair < 2; pair++)
        {
            Assert.Contains("<p id=\"p\">in", await TextAsync(fetcher, writes), StringComparison.Ordinal);
            Assert.Contains("<p id=\"p\">out", await TextAsync(fetcher, looks), StringComparison.Ordinal);
        }
        await AssertEndedCleanAsync(fetcher);

        static string Request(string arguments) =>
            "() => new Promise(done => { const x = new XMLHttpRequest(); "
            + $"x.open({arguments}); x.onload = () => done(x.responseText); x.send() }})";
    }

    // A page whose paragraph shows the result of a function that runs in the page, or in a frame of another port or host. A
    // timer is due until the result is there, so that the page is not read before.
    private Uri Page(TestSite second, string path, string function, string place)
    {
        const string wait =
            "const waiting = setTimeout(() => { }, 2900); "
            + "const show = text => { p.textContent = text; clearTimeout(waiting) };";
        if (place is "page")
            return Site.Script(path, $"{wait} (async () => show(await ({function})()))()");
        second.Script(path + "-frame", $"(async () => parent.postMessage(await ({function})(), '*'))()");
        var frame = place is "port" ? second.Url(path + "-frame") : second.OtherHost(path + "-frame");
        return Site.Page(
            path,
            $"<p id=p>start</p><script>{wait} onmessage = e => show(e.data)</script><iframe src='{frame}'></iframe>"
        );
    }
}

public sealed class PlaywrightStorageIsolationTests : StorageIsolationTests
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
