using FunctionsCrawler.Browsing;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>What a visit waits for before it reads a page, and what it does not wait for.</summary>
public sealed class SettlingTests(OneBrowser one) : TabTestBase(one)
{
    private static readonly string Words = string.Concat(Enumerable.Repeat("some words of a page with content ", 10));

    public static TheoryData<string> LateContent =>
        [
            "setTimeout(() => p.append(' late'), 400)",
            "setTimeout(() => p.append(' late'), 1200)",
            "setTimeout(() => setTimeout(() => setTimeout(() => p.append(' late'), 300), 300), 300)",
            "requestIdleCallback(() => setTimeout(() => requestAnimationFrame(() => p.append(' late')), 120))",
            "fetch('/after?ms=2500').then(r => r.text()).then(() => p.append(' late'))",
            "(async () => { for (let i = 0; i < 3; i++) await fetch('/after?ms=900'); p.append(' late') })()",
            "fetch('/after?ms=300').then(() => setTimeout(() => p.append(' late'), 700))",
        ];

    [Theory]
    [MemberData(nameof(LateContent))]
    public async Task Visit_PageWithoutContentYet_WaitsForIt(string script)
    {
        AnswerAfterDelay();
        var visit = await VisitAsync(Site.Script("/late", script));
        Assert.Contains("start late", visit.Html, StringComparison.Ordinal);
        Assert.Null(visit.Awaited);
    }

    [Theory]
    [InlineData("<p aria-busy=true>{0}</p>")]
    [InlineData("<p>{0}</p><div role=progressbar></div>")]
    [InlineData("<p>{0}</p><main></main>")]
    [InlineData("<p>{0}</p><div id=root><span>…</span></div>")]
    public async Task Visit_PageThatLooksUnfinished_WaitsForIt(string html)
    {
        AnswerAfterDelay();
        var page = string.Format(System.Globalization.CultureInfo.InvariantCulture, html, Words);
        var visit = await VisitAsync(
            Site.Page(
                "/unfinished",
                page + "<script>fetch('/after?ms=2500').then(() => document.body.innerHTML = 'late')</script>"
            )
        );
        Assert.Contains("<body>late", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_PageWithContent_WaitsForATimerThatIsDueSoon()
    {
        var visit = await VisitAsync(
            Site.Page("/rich", $"<p id=p>{Words}</p><script>setTimeout(() => p.append('late'), 400)</script>")
        );
        Assert.Contains(" late</p>", visit.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("setInterval(() => document.title = Math.random(), 1000)")]
    [InlineData("const poll = () => setTimeout(poll, 100); poll()")]
    [InlineData("clearTimeout(setTimeout(() => 0, 2500))")]
    [InlineData("clearInterval(setTimeout(() => 0, 2500))")]
    [InlineData("cancelIdleCallback(requestIdleCallback(() => 0)); setTimeout(() => 0, 60000)")]
    public async Task Visit_PollingAndStoppedTimers_AreNotAwaited(string script)
    {
        var visit = await VisitAsync(Site.Script("/still", script));
        Assert.Contains("<p id=\"p\">start</p>", visit.Html, StringComparison.Ordinal);
        Assert.Null(visit.Awaited);
    }

    [Fact]
    public async Task Visit_DocumentOpenedAgainAndNeverClosed_IsRead()
    {
        var again = $"document.open(); document.write('<p>{Words}again</p>')";
        var visit = await VisitAsync(Site.Script("/again", $"addEventListener('load', () => {{ {again} }})"));
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("again</p>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_RequestThatNeverEnds_TellsWhatWasAwaited()
    {
        Site.Hang("/never");
        var visit = await VisitAsync(Site.Script("/holds", "fetch('/never')"), TimeSpan.FromSeconds(8));
        Assert.Equal((VisitEnd.Read, "1 request"), (visit.End, visit.Awaited));
    }

    [Fact]
    public async Task Visit_PictureThatNeverComes_IsNotAwaitedLonger()
    {
        Site.Hang("/never");
        var visit = await VisitAsync(Site.Page("/picture", "<p>little</p><img src='/never'><script></script>"));
        Assert.Equal((VisitEnd.Read, null), (visit.End, visit.Awaited));
    }

    [Fact]
    public async Task Visit_WatchedTimers_BehaveAsTheBrowsersOwn()
    {
        var visit = await VisitAsync(
            Site.Script(
                "/timers",
                """
                const results = [];
                setTimeout(function (a, b) { results.push(this === window, a, b); }, 5, 'one', 2);
                results.push(typeof setTimeout(() => 0), setTimeout.call(undefined, () => 0) > 0);
                clearTimeout(setTimeout(() => results.push('never'), 10));
                clearTimeout(undefined);
                requestIdleCallback(deadline => results.push(deadline.timeRemaining() >= 0), { timeout: 10 });
                try { setTimeout(() => { throw new Error('mine') }, 1); } catch { results.push('never'); }
                addEventListener('error', e => results.push(e.message));
                setTimeout(() => p.textContent = results.join(), 300);
                """
            )
        );
        Assert.Contains("number,true,", visit.Html, StringComparison.Ordinal);
        Assert.Contains("true,one,2", visit.Html, StringComparison.Ordinal);
        Assert.Contains("Uncaught Error: mine", visit.Html, StringComparison.Ordinal);
        Assert.DoesNotContain(">number,true,never", visit.Html, StringComparison.Ordinal);
    }

    private void AnswerAfterDelay() =>
        Site.Answer(
            "/after",
            async context =>
            {
                await Task.Delay(int.Parse(context.Request.Query["ms"]!, null), Cancellation);
                await context.Response.WriteAsync("answer");
            }
        );
}
