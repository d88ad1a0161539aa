using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Logins;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Visits with a saved login, and what a visit leaves of one.</summary>
public class SavedLoginTests(OneBrowser one) : TabTestBase(one)
{
    private const string Show =
        "p.textContent = JSON.stringify([document.cookie, Object.entries(localStorage).sort()])";

    [Fact]
    public async Task Visit_Login_IsThereBeforeScriptsRun()
    {
        var visit = await VisitAsync(
            Site.Script("/page", Show),
            Login(("token", "of-login"), ("quoted", "\"\u2028</script>"))
        );

        // HttpOnly cookies are not seen by scripts.
        Assert.Contains(
            ">[\"open=of-login\",[[\"quoted\",\"\\\"\u2028&lt;/script&gt;\"],[\"token\",\"of-login\"]]]<",
            visit.Html,
            StringComparison.Ordinal
        );
        Assert.Equal(["open=of-login", "sid=of-login"], CookiesOf("/page"));
        Assert.Equal(["/page"], visit.Documents.Select(d => new Uri(d.Url).AbsolutePath));
        // No server was asked for the document that the storage was written in.
        Assert.DoesNotContain(Site.Requests, r => r.Path is "/");
    }

    [Fact]
    public async Task Visit_ExpiredCookie_IsNotSent()
    {
        var expired = Cookie("old", "127.0.0.1") with { Expires = 1_000_000_000 };
        var login = new LoginState([expired, Cookie("new", "127.0.0.1")], []);
        await VisitAsync(Site.Page("/page", "<p>hello</p>"), login);
        Assert.Equal(["new=of-login"], CookiesOf("/page"));
    }

    [Fact]
    public async Task Visit_RedirectAndPartsOfOtherHosts_HaveNothingOfIt()
    {
        var other = Site.OtherHost("/other");
        Site.Script("/other", Show);
        Site.Redirect("/away", other.AbsoluteUri, 302);
        Site.Page("/image", "");
        // A cookie for all hosts is for the start origin alone.
        var login = new LoginState(
            [Cookie("sid", "127.0.0.1"), Cookie("all", "localhost") with { IncludesSubdomains = true }],
            Login(("token", "of-login")).Origins
        );
        var away = await VisitAsync(Site.Url("/away"), login);
        await VisitAsync(
            Site.Page("/page", $"<img src={Site.OtherHost("/image")}><iframe src={other}></iframe>"),
            login
        );

        Assert.Equal(["sid=of-login"], CookiesOf("/away"));
        Assert.Contains(">[\"\",[]]<", away.Html, StringComparison.Ordinal);
        Assert.Equal(other.AbsoluteUri, away.FinalUrl);
        Assert.All(Site.Requests.Where(r => r.Path is "/other" or "/image"), r => Assert.Equal("", r.Cookie));
        Assert.Equal(3, Site.Requests.Count(r => r.Path is "/other" or "/image"));
    }

    [Fact]
    public async Task Visit_OtherSite_CannotActWithIt()
    {
        var none = Cookie("sid", "127.0.0.1") with { SameSite = CookieSameSite.None };
        Site.Page("/act", "");
        var url = Site.OtherHost("/evil");
        Site.Script(
            "/evil",
            $"fetch('{Site.Url("/act")}', {{ credentials: 'include', mode: 'no-cors', method: 'POST' }})"
        );

        await VisitAsync(url, new LoginState([none], []), start: Site.Url("/"));

        await UntilAsync(() => Site.WasRequested("/act"));
        Assert.Empty(CookiesOf("/act"));
    }

    [Fact]
    public async Task Visit_WhatAPageChanges_StaysForTheVisitOnly()
    {
        var change = Site.Script(
            "/change",
            "if (localStorage.token === 'of-login') { localStorage.clear(); localStorage.other = 1; document.cookie = 'open=changed'; location.reload(); } else { "
                + Show
                + " }"
        );
        var login = Login(("token", "of-login"));
        var tab = await OpenAsync();
        var first = await VisitAsync(change, login, tab: tab);
        var isReusable = await tab.ResetAsync();
        var second = await VisitAsync(Site.Script("/page", Show), login);

        // Is not restored by the second document.
        Assert.Contains(">[\"open=changed\",[[\"other\",\"1\"]]]<", first.Html, StringComparison.Ordinal);
        Assert.False(isReusable);
        Assert.Contains(">[\"open=of-login\",[[\"token\",\"of-login\"]]]<", second.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_CookiesOnly_TabIsReusedWithThoseOfTheLogin()
    {
        var tab = await OpenAsync();
        var login = Login();
        await VisitAsync(
            Site.Script("/change", "document.cookie = 'open=changed'; document.cookie = 'more=1'"),
            login,
            tab: tab
        );
        Assert.True(await tab.ResetAsync());
        var second = await VisitAsync(Site.Script("/page", Show), login, tab: tab);
        Assert.Contains(">[\"open=of-login\",[]]<", second.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_HeadersBesideStorage_AreSentByTheVisit()
    {
        var page = new PageOptions { Headers = new Dictionary<string, SecretText> { ["X-Key"] = "key" } };
        string? key = null;
        var url = Site.Answer(
            "/page",
            context =>
            {
                key = context.Request.Headers["X-Key"];
                context.Response.ContentType = "text/html";
                return Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                    context.Response,
                    $"<p id=p></p><script>{Show}</script>"
                );
            }
        );
        var visit = await VisitAsync(url, Login(("token", "of-login")), page: page);
        Assert.Equal("key", key);
        Assert.Contains("of-login", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_MoreStorageThanTheBrowserTakes_IsRefusedWithoutShowingIt()
    {
        var visit = await VisitAsync(Site.Url("/"), Login(("hunter2", new string('x', 6_000_000))));
        Assert.Equal(VisitEnd.Refused, visit.End);
        Assert.Contains("does not accept the localStorage of http://127.0.0.1", visit.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", visit.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Save_Visit_HasCookiesAndStorageOfAllItsOrigins()
    {
        Site.Page("/private", "", cookie: "private=1; Path=/private; HttpOnly; SameSite=Strict; Max-Age=1000");
        Site.Script(
            "/first",
            $"localStorage.a = 'ü\\ud800'; document.cookie = 'scripted=1'; fetch('/private').then(() => location = '{Site.OtherHost("/second")}')"
        );
        Site.Script("/second", "localStorage.b = 2; addEventListener('pagehide', () => localStorage.b = 'left')");
        var options = new VisitOptions
        {
            SavesLogin = true,
            Actions = [new() { Wait = "css:#p" }, new() { Wait = "js:localStorage.b === '2'" }],
            AllowsScripts = true,
        };

        var visit = await (await OpenAsync()).VisitAsync(Site.Url("/first"), options, Ample, Cancellation);

        Assert.True(visit.Login is not null, visit.Detail);
        var cookies = visit.Login.Cookies.OrderBy(c => c.Name, StringComparer.Ordinal).ToList();
        Assert.Equal(["private", "scripted"], cookies.Select(c => c.Name));
        Assert.Equal(
            new OriginCookie("private", "1", "/private")
            {
                Host = "127.0.0.1",
                IsHttpOnly = true,
                SameSite = CookieSameSite.Strict,
                Expires = cookies[0].Expires,
            },
            cookies[0]
        );
        Assert.NotNull(cookies[0].Expires);
        Assert.Null(cookies[1].Expires);
        Assert.Equal(
            [
                $"{Site.Url("/").GetLeftPart(UriPartial.Authority)}: a=ü\ufffd",
                $"{Site.OtherHost("/").GetLeftPart(UriPartial.Authority)}: b=2",
            ],
            visit.Login.Origins.Select(o => $"{o}: {string.Join(',', o.Items.Select(i => $"{i.Key}={i.Value}"))}")
        );
    }

    [Fact]
    public async Task Save_StorageBeyondTheLimit_IsTooLarge()
    {
        var url = Site.Script("/page", "localStorage.a = 'x'.repeat(4_500_000)");
        var visit = await (await OpenAsync()).VisitAsync(
            url,
            new VisitOptions { SavesLogin = true },
            Ample,
            Cancellation
        );
        Assert.Equal(VisitEnd.TooLarge, visit.End);
        Assert.Null(visit.Login);
    }

    private LoginState Login(params (string Name, string Value)[] items) =>
        new(
            [Cookie("sid", "127.0.0.1") with { IsHttpOnly = true }, Cookie("open", "127.0.0.1")],
            items is []
                ? []
                : [new OriginStorage(Site.Url("/"), [.. items.Select(i => KeyValuePair.Create(i.Name, i.Value))])]
        );

    private static OriginCookie Cookie(string name, string host) =>
        new(name, "of-login", "/") { Host = host, SameSite = CookieSameSite.Lax };

    private async Task<TabVisit> VisitAsync(
        Uri url,
        LoginState login,
        Uri? start = null,
        BrowserTab? tab = null,
        PageOptions? page = null
    )
    {
        var identity = VisitIdentity.Of(
            page ?? new PageOptions(),
            [(start ?? url).AbsoluteUri],
            "Agent/1",
            out _,
            login
        )!;
        var options = new VisitOptions { Identity = identity };
        return await (tab ?? await OpenAsync()).VisitAsync(url, options, Ample, Cancellation);
    }

    private string[] CookiesOf(string path) =>
        [
            .. Site
                .Requests.Last(r => r.Path == path)
                .Cookie.Split("; ", StringSplitOptions.RemoveEmptyEntries)
                .Order(StringComparer.Ordinal),
        ];
}

public sealed class PlaywrightSavedLoginTests(OneBrowser one) : SavedLoginTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
