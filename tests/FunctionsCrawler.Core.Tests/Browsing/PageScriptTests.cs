using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Scripts of requests in pages.</summary>
public class PageScriptTests(OneBrowser one) : ActionTestBase(one)
{
    [Fact]
    public async Task Visit_Script_RunsOnlyWhereItIsAllowed()
    {
        var url = Site.Page(
            "/script",
            $"<p id=p>{Words}</p><script>window.ready = new Promise(r => setTimeout(r, 500, 7))</script>"
        );
        PageAction[] steps =
        [
            new() { Script = "ready.then(value => { p.textContent += ' value ' + value })" },
            new() { Wait = "js:p.textContent.includes('value 7')" },
        ];
        var refused = await VisitAsync(url, steps);
        var allowed = await VisitAsync(url, new VisitOptions { Actions = steps, AllowsScripts = true }, Ample);
        Assert.Equal(
            (VisitEnd.ActionFailed, "step 1, script: scripts are not allowed here"),
            (refused.End, refused.Detail)
        );
        Assert.Contains(" value 7</p>", allowed.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("throw new Error('no\\nway')", "step 1, script: Error: no")]
    [InlineData("Promise.reject(new TypeError('late'))", "step 1, script: TypeError: late")]
    [InlineData("][", "step 1, script: SyntaxError: Unexpected token ']'")]
    [InlineData("new Promise(() => { })", "step 1, script: it did not end within its time limit")]
    [InlineData("while (true);", "step 1, script: it did not end within its time limit")]
    public async Task Visit_ScriptThatFails_EndsWithItsMessage(string script, string detail)
    {
        var options = new VisitOptions { Actions = [new PageAction { Script = script }], AllowsScripts = true };
        var visit = await VisitAsync(Site.Page("/fails", $"<p>{Words}</p>"), options, TimeSpan.FromSeconds(4));
        Assert.Equal((VisitEnd.ActionFailed, detail), (visit.End, visit.Detail));
    }

    [Fact]
    public async Task Visit_ScriptThatNavigates_ReadsTheNextPage()
    {
        Site.Page("/next", $"<p>{Words}</p><p id=more>more</p>");
        var options = new VisitOptions
        {
            Actions = [new PageAction { Script = "location.href = '/next'" }, new PageAction { Wait = "#more" }],
            AllowsScripts = true,
        };
        var visit = await VisitAsync(Site.Page("/first", $"<p>{Words}</p>"), options, Ample);
        Assert.Equal((VisitEnd.Read, Site.Url("/next").AbsoluteUri), (visit.End, visit.FinalUrl));
    }
}

public sealed class PlaywrightPageScriptTests(OneBrowser one) : PageScriptTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
