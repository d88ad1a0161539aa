using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using FunctionsCrawler.Network;
using FunctionsCrawler.Network.Logins;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T28: visits with a saved login, and visits whose login is saved, in pages that change, fill or lose what is stored.</summary>
internal static class LoginRows
{
    private const string Show = "p.textContent = localStorage.token";

    public static IReadOnlyList<Row> All =>
        [
            new("T28 storage that pages change", ChangedAsync) { Options = WithLogin },
            new("T28 login that fills the storage", FilledAsync) { Options = Saving },
            new("T28 login that never ends", run => run.TimesOutAsync(run.Site.Hang("/hang"))) { Options = Saving },
            new("T28 renderer killed with a login", KilledAsync) { Options = WithLogin },
        ];

    private static ChunkOptions Saving(RowRun run, ChunkOptions options) =>
        options with
        {
            Visits = new VisitOptions { SavesLogin = true },
        };

    private static ChunkOptions WithLogin(RowRun run, ChunkOptions options)
    {
        var login = new LoginState(
            [new OriginCookie("sid", "of-login", "/") { Host = "127.0.0.1" }],
            [new OriginStorage(run.Site.Url("/"), [KeyValuePair.Create("token", "of-login")])]
        );
        var identity = VisitIdentity.Of(new PageOptions(), [run.Site.Url("/").AbsoluteUri], "Agent/1", out _, login)!;
        return options with { Visits = new VisitOptions { Identity = identity } };
    }

    private static async Task ChangedAsync(RowRun run)
    {
        var url = run.Site.Script(
            "/change",
            $"{Show}; localStorage.token = 'changed'; document.cookie = 'sid=changed'; setInterval(() => localStorage.x = Math.random(), 1)"
        );
        for (var visits = 0; visits < 3; visits++)
            await run.PageContainsAsync(url, ">of-login<");
        await Task.WhenAll(run.PageContainsAsync(url, ">of-login<"), run.PageContainsAsync(url, ">of-login<"));
        Assert.All(run.Site.Requests.Where(r => r.Path is "/change"), r => Assert.Equal("sid=of-login", r.Cookie));
    }

    private static Task FilledAsync(RowRun run) =>
        run.FailsAsync(
            run.Site.Script(
                "/fill",
                "for (let i = 0; i < 60; i++) try { localStorage['k' + i] = 'x'.repeat(80_000) } catch { }"
            ),
            RowRun.Ample,
            ErrorCode.TooLarge
        );

    private static async Task KilledAsync(RowRun run)
    {
        var gate = run.Site.Gate("/late.js");
        var url = run.Site.Page("/page", $"<p id=p></p><script src=/late.js></script><script>{Show}</script>");
        var visit = run.PageAsync(url);
        await run.UntilRequestedAsync("/late.js");
        await run.UntilAsync(() => run.Processes.Renderers.Count > 0, "a renderer");
        BrowserProcesses.Signal(Kernel.Kill, run.Processes.Renderers);
        gate.SetResult();
        // The visit is repeated, in a tab with the login.
        Assert.Contains(">of-login<", await visit, StringComparison.Ordinal);
    }
}
