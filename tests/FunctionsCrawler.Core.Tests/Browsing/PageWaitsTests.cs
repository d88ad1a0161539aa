using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>What a visit waits for because the request says so.</summary>
public sealed class PageWaitsTests(OneBrowser one) : TabTestBase(one)
{
    private static readonly string Words = string.Concat(Enumerable.Repeat("some words of a page with content ", 10));

    // Later than a page with content is waited for. In two pieces, so that the script itself does not contain it.
    private const string AddsLate =
        "setTimeout(() => p.insertAdjacentHTML('beforeend', '<b class=x>in ' + 'stock</b>'), 3000)";

    [Theory]
    [InlineData("css:b.x")]
    [InlineData("p > .x")]
    [InlineData("text:in stock")]
    [InlineData("TEXT: in \u00a0 stock")]
    public async Task Visit_ConditionThatHoldsLater_WaitsForIt(string condition)
    {
        var visit = await VisitAsync(Rich("/late", AddsLate), For(condition));
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("in stock</b>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_NoCondition_DoesNotWaitThatLong()
    {
        var visit = await VisitAsync(Rich("/late", AddsLate), new VisitOptions());
        Assert.DoesNotContain("in stock</b>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_ConditionInAShadowRoot_IsFound()
    {
        const string script =
            "const d = document.createElement('div'); document.body.append(d);"
            + "setTimeout(() => d.attachShadow({ mode: 'open' }).innerHTML = '<i id=deep>deep</i>', 1500)";
        Assert.Equal(VisitEnd.Read, (await VisitAsync(Rich("/shadow", script), For("css:#deep"))).End);
        Assert.Equal(VisitEnd.Read, (await VisitAsync(Rich("/shadow", script), For("text:deep"))).End);
    }

    [Theory]
    [InlineData("css:#missing", "the page did not show css:#missing within its time limit")]
    [InlineData("text:'; throw 1 //", "the page did not show text:'; throw 1 // within its time limit")]
    [InlineData("text:</script>\u2028\"", "the page did not show text:</script>\u2028\" within its time limit")]
    [InlineData("css:p[", "css:p[ cannot be looked for: ")]
    public async Task Visit_ConditionThatNeverHolds_TellsWhatWasMissing(string condition, string message)
    {
        var visit = await VisitAsync(Rich("/never", ""), For(condition), TimeSpan.FromSeconds(4));
        Assert.Equal(VisitEnd.NotShown, visit.End);
        Assert.StartsWith(message, visit.Detail, StringComparison.Ordinal);
        Assert.Null(visit.Html);
    }

    [Fact]
    public async Task Visit_TextInAScriptOrHidden_IsNotShown()
    {
        var url = Rich("/hidden", "'in stock'; p.insertAdjacentHTML('beforeend', '<b hidden>in stock</b>')");
        Assert.Equal(VisitEnd.NotShown, (await VisitAsync(url, For("text:in stock"), TimeSpan.FromSeconds(3))).End);
    }

    [Fact]
    public async Task Visit_PageLeadsToAnother_WaitsThereToo()
    {
        Rich("/second", AddsLate);
        var visit = await VisitAsync(Rich("/first", "setTimeout(() => location.href = '/second', 1000)"), For("b.x"));
        Assert.Equal(Site.Url("/second").AbsoluteUri, visit.FinalUrl);
        Assert.Contains("in stock</b>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_ErrorPage_IsNotWaitedFor()
    {
        var visit = await VisitAsync(Site.Page("/gone", "<p>gone</p>", status: 404), For("css:#missing"));
        Assert.Equal(VisitEnd.ErrorStatus, visit.End);
        Assert.Contains("gone", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_PageThatBlocksItsRenderer_EndsInTime()
    {
        var url = Rich("/blocks", "setTimeout(() => { while (true); }, 300)");
        var visit = await VisitAsync(url, For("css:#missing"), TimeSpan.FromSeconds(3));
        Assert.Equal(VisitEnd.NotShown, visit.End);
    }

    [Theory]
    [InlineData("setTimeout(() => location.href = '/plain', 1200)")]
    [InlineData("setTimeout(() => location.reload(), 1200)")]
    public async Task Visit_PageIsReplacedAfterItShowedTheElement_IsNotReadWithoutIt(string script)
    {
        Rich("/plain", "");
        // Only the first document has it.
        var shown = 0;
        var url = Site.Answer(
            "/shows",
            context =>
            {
                context.Response.ContentType = "text/html";
                var mark = Interlocked.Increment(ref shown) == 1 ? $"<b class=x></b><script>{script}</script>" : "";
                return context.Response.WriteAsync($"<p>{Words}</p>{mark}");
            }
        );
        var options = For("b.x") with { Delay = TimeSpan.FromSeconds(3) };
        Assert.Equal(VisitEnd.NotShown, (await VisitAsync(url, options, TimeSpan.FromSeconds(12))).End);
    }

    [Fact]
    public async Task Visit_PageThatKeepsLoading_IsReadBeforeTheDeadline()
    {
        Site.Hang("/never");
        var url = Site.Page("/loading", $"<p>{Words}</p><img src=/never>");
        foreach (var until in (WaitUntil[])[WaitUntil.Load, WaitUntil.NetworkIdle])
        {
            var options = new VisitOptions { WaitUntil = until, Delay = TimeSpan.FromSeconds(1) };
            Assert.Equal(VisitEnd.Read, (await VisitAsync(url, options, TimeSpan.FromSeconds(6))).End);
        }
    }

    [Fact]
    public async Task Visit_UntilLoadOfADocumentThatWasOpenedAgain_IsRead()
    {
        const string script =
            "addEventListener('load', () => { document.open(); document.write('<p>ag' + 'ain</p>') })";
        var visit = await VisitAsync(Rich("/again", script), new VisitOptions { WaitUntil = WaitUntil.Load });
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("again</p>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_PageDidNotShowTheElement_TabIsNotUsedAgain()
    {
        var tab = await OpenAsync();
        var url = Rich("/leaves", "sessionStorage.setItem('a', 'b')");
        var visit = await tab.VisitAsync(url, For("#missing"), TimeSpan.FromSeconds(3), Cancellation);
        Assert.Equal(VisitEnd.NotShown, visit.End);
        Assert.False(await tab.ResetAsync());
    }

    [Fact]
    public async Task Visit_UntilLoad_WaitsForPictures()
    {
        Slowly("/picture", 3500);
        var url = Site.Page(
            "/load",
            $"<p>{Words}</p><img src=/picture onerror='document.body.append(\"load\" + \"ed\")'>"
        );
        var visit = await VisitAsync(url, new VisitOptions { WaitUntil = WaitUntil.Load });
        Assert.Contains("loaded</body>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_UntilNetworkIdle_WaitsForRequestsThatFollowEachOther()
    {
        Slowly("/slow", 1200);
        const string script =
            "(async () => { for (let i = 0; i < 3; i++) await fetch('/slow'); p.append(' id' + 'le') })()";
        var visit = await VisitAsync(Rich("/chain", script), new VisitOptions { WaitUntil = WaitUntil.NetworkIdle });
        Assert.Contains(" idle</p>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_UntilDomContentLoaded_ReadsAtOnce()
    {
        var options = new VisitOptions { WaitUntil = WaitUntil.DomContentLoaded };
        Site.Hang("/never");
        // Without the option, hardly any text and a pending request would be waited for.
        var visit = await VisitAsync(Site.Script("/once", "fetch('/never').then(() => p.append(' more'))"), options);
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("start</p>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_Delay_ReadsThePageAfterIt()
    {
        var visit = await VisitAsync(Rich("/late", AddsLate), new VisitOptions { Delay = TimeSpan.FromSeconds(4) });
        Assert.Contains("in stock</b>", visit.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "css:#missing")]
    [InlineData(WaitUntil.Load, null)]
    [InlineData(WaitUntil.NetworkIdle, null)]
    [InlineData(null, null)]
    public async Task Visit_CancelledWhileItWaits_EndsAtOnce(WaitUntil? until, string? condition)
    {
        Site.Hang("/never");
        var options = new VisitOptions
        {
            WaitUntil = until,
            WaitFor = condition is null ? null : For(condition).WaitFor,
            Delay = TimeSpan.FromSeconds(condition is null && until is null ? 60 : 0),
        };
        var tab = await OpenAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var page = Site.Page("/waits", $"<p>{Words}</p><img src=/never><script>fetch('/never')</script>");
        var visit = tab.VisitAsync(page, options, TimeSpan.FromMinutes(5), stop.Token);
        await UntilAsync(() => Site.WasRequested("/never"));
        await Task.Delay(300, Cancellation);
        Assert.False(visit.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => visit.WaitAsync(Guard, Cancellation));
    }

    private Uri Rich(string path, string script) => Site.Page(path, $"<p id=p>{Words}</p><script>{script}</script>");

    private void Slowly(string path, int ms) =>
        Site.Answer(
            path,
            async context =>
            {
                await Task.Delay(ms, Cancellation);
                await context.Response.WriteAsync("answer");
            }
        );

    // As a stored request is read: those of earlier versions may have invalid selectors.
    private static VisitOptions For(string condition) => new() { WaitFor = PageCondition.Parse(condition) };

    private async Task<TabVisit> VisitAsync(Uri url, VisitOptions options, TimeSpan? deadline = null) =>
        await (await OpenAsync()).VisitAsync(url, options, deadline ?? Ample, Cancellation);
}
