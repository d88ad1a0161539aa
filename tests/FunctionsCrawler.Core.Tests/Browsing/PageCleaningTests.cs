using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>What is removed from pages, put into them from frames, and kept of virtual lists.</summary>
public class PageCleaningTests(OneBrowser one) : TabTestBase(one)
{
    private static readonly string Words = string.Concat(Enumerable.Repeat("some words of a page with content ", 10));

    [Theory]
    [InlineData("<div id=onetrust-consent-sdk>We use remove-me</div>")]
    [InlineData(
        "<div style='position: fixed; bottom: 0; left: 0; right: 0; height: 150px'>This site uses cookies remove-me <button>OK</button></div>"
    )]
    [InlineData(
        "<div style='position: fixed; inset: 0; background: #0008'></div><div role=dialog style='position: fixed; inset: 200px'>Join remove-me <button>x</button></div>"
    )]
    [InlineData("<dialog id=d>Subscribe remove-me</dialog><script>d.showModal()</script>")]
    [InlineData(
        "<div id=host></div><script>host.attachShadow({ mode: 'open' }).innerHTML = '<div style=\"position: fixed; inset: 0\">Einwilligung remove-me <button>OK</button></div>'</script>"
    )]
    [InlineData(
        "<script>setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<div class=klaro>remove-me late</div>'), 300)</script>"
    )]
    public async Task Visit_Overlay_IsRemovedAndTheContentStays(string overlay)
    {
        var url = Site.Page(
            "/overlay",
            $"<style>body {{ overflow: hidden }}</style><h1>Title</h1><p>{Words}</p>{overlay}"
        );
        var without = await VisitAsync(url, new VisitOptions());
        var with = await VisitAsync(url, new VisitOptions { RemovesOverlays = true });
        // A script that adds it contains it once more.
        Assert.True(Count(without.Html!, "remove-me") > Count(with.Html!, "remove-me"), with.Html);
        Assert.Equal(
            overlay.Contains("<script>", StringComparison.Ordinal)
            && !overlay.Contains("showModal", StringComparison.Ordinal)
                ? 1
                : 0,
            Count(with.Html!, "remove-me")
        );
        Assert.Contains(Words.Trim(), with.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_OverlayOfAPageWithLittleText_IsRemoved()
    {
        var url = Site.Page(
            "/little",
            "<h1>Login</h1><form><input></form><div style='position: fixed; inset: 0'>We value your privacy and "
                + "use cookies for a long list of things. <button>Accept</button></div>"
        );
        var visit = await VisitAsync(url, new VisitOptions { RemovesOverlays = true });
        Assert.DoesNotContain("cookies", visit.Html, StringComparison.Ordinal);
    }

    [Theory]
    // An application that is laid out as a fixed element, a menu, a table of contents, a dialog that is the page itself.
    [InlineData("<div style='position: fixed; inset: 0; overflow: auto'><h1>keep-me</h1><p>{0}</p></div>")]
    [InlineData(
        "<header style='position: fixed; top: 0; height: 60px; width: 100%'>keep-me <a href=/privacy>Privacy</a></header><p>{0}</p>"
    )]
    [InlineData(
        "<nav style='position: sticky; top: 0; width: 30%; height: 500px'>keep-me <a href=/cookies>Cookies</a></nav><main><p>{0}</p></main>"
    )]
    [InlineData("<div role=dialog style='position: fixed; inset: 0'><main>keep-me {0}</main></div>")]
    [InlineData(
        "<header>Shop</header><div style='position: fixed; inset: 60px 0 0'>keep-me about cookies and consent <button>Next</button> <nav>Menu</nav> {0}</div>"
    )]
    [InlineData("<article>How keep-me cookies and consent work. <button>Next</button> {0}</article>")]
    public async Task Visit_ContentThatLooksLikeAnOverlay_Stays(string markup)
    {
        var url = Site.Page("/content", markup.Replace("{0}", Words, StringComparison.Ordinal));
        var visit = await VisitAsync(url, new VisitOptions { RemovesOverlays = true });
        Assert.Contains("keep-me", visit.Html, StringComparison.Ordinal);
        Assert.Contains(Words.Trim(), visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_Frames_AreInlinedAlsoFromOtherOrigins()
    {
        await using var other = await TestSite.StartAsync();
        var deepest = other.Page("/deepest", "<p>the deepest</p>");
        var inner = other.Page(
            "/folder/inner",
            $"<p>the inner</p><a href=next>link</a><iframe src='{deepest}'></iframe>"
        );
        Site.Page("/same", "<p>the same</p><div><template shadowrootmode=open><b>in its shadow</b></template></div>");
        var url = Site.Page(
            "/frames",
            $"<p>{Words}</p><iframe src=/same></iframe><p>between</p><iframe sandbox='allow-scripts' src='{inner}'></iframe><iframe srcdoc='<p>given</p>'></iframe>"
        );

        var skipped = await VisitAsync(url, new VisitOptions());
        var visit = await VisitAsync(url, new VisitOptions { InlinesFrames = true });

        Assert.DoesNotContain("the same", skipped.Html, StringComparison.Ordinal);
        string[] inOrder = ["the same", "in its shadow", "between", "the inner", "the deepest"];
        var places = inOrder.Select(text => visit.Html!.IndexOf(text, StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
        Assert.Contains($"href=\"{other.Url("/folder/next")}\"", visit.Html, StringComparison.Ordinal);
        Assert.Contains($"<div data-frame=\"{inner}\">", visit.Html, StringComparison.Ordinal);
        Assert.Equal(1, Count(visit.Html!, "given"));
    }

    [Fact]
    public async Task Visit_FrameThatBlocksOrNeverLoads_CostsOnlyItsContent()
    {
        Site.Hang("/never");
        Site.Page("/fine", "<p>the fine one</p>");
        var url = Site.Page("/frames", $"<p>{Words}</p><iframe src=/never></iframe><iframe src=/fine></iframe>");
        var options = new VisitOptions { InlinesFrames = true };
        var visit = await (await OpenAsync()).VisitAsync(url, options, TimeSpan.FromSeconds(8), Cancellation);
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("the fine one", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_PageThatAllowsOnlyTrustedMarkup_HasItsFrames()
    {
        Site.Page("/same", "<p>the same</p>");
        const string csp =
            "<meta http-equiv=Content-Security-Policy content=\"require-trusted-types-for 'script'; default-src 'self'\">";
        var visit = await VisitAsync(
            Site.Page("/csp", $"{csp}<p>{Words}</p><iframe src=/same></iframe>"),
            new VisitOptions { InlinesFrames = true }
        );
        Assert.Contains("the same", visit.Html, StringComparison.Ordinal);
    }

    // Rows that are replaced, and rows that get the content of others.
    [Theory]
    [InlineData("list.replaceChildren(...rows.map(n => make(n)))")]
    [InlineData("rows.forEach((n, i) => { list.children[i] ? fill(list.children[i], n) : list.append(make(n)) })")]
    public async Task Visit_VirtualList_HasTheRowsThatHavePassed(string show)
    {
        var url = Site.Page(
            "/virtual",
            $$"""
            <h1>{{Words}}</h1>
            <div id=view style="height: 400px; overflow-y: auto"><div style="height: 8000px; position: relative"><ul id=list></ul></div></div>
            <script>
              const fill = (row, n) => { row.textContent = 'row number ' + n + '.'; row.style.cssText = `position: absolute; top: ${n * 40}px`; return row };
              const make = n => fill(document.createElement('li'), n);
              const draw = () => {
                const first = Math.min(Math.floor(view.scrollTop / 40), 188);
                const rows = Array.from({ length: 12 }, (_, i) => first + i);
                {{show}};
              };
              view.addEventListener('scroll', () => requestAnimationFrame(draw));
              draw();
            </script>
            """
        );

        var without = await VisitAsync(url, new VisitOptions());
        var with = await VisitAsync(url, new VisitOptions { ScrollSteps = 50 });

        Assert.DoesNotContain("row number 100.", without.Html, StringComparison.Ordinal);
        for (var n = 0; n < 200; n++)
            Assert.Equal(1, Count(with.Html!, $">row number {n}.<"));
        var places = Enumerable
            .Range(0, 200)
            .Select(n => with.Html!.IndexOf($">row number {n}.<", StringComparison.Ordinal));
        Assert.Equal(places.Order(), places);
    }

    [Fact]
    public async Task Visit_ListThatGrows_HasEachRowOnce()
    {
        var url = Site.Page(
            "/grows",
            $$"""
            <h1>{{Words}}</h1><ul id=list></ul>
            <script>
              let n = 0;
              const more = () => { for (let i = 0; i < 20 && n < 100; i++) list.insertAdjacentHTML('beforeend', `<li style="height: 50px">row number ${n++}.</li>`) };
              addEventListener('scroll', () => { if (scrollY + innerHeight > document.body.scrollHeight - 300) more() });
              more();
            </script>
            """
        );
        var visit = await VisitAsync(url, new VisitOptions { ScrollSteps = 50 });
        for (var n = 0; n < 100; n++)
            Assert.Equal(1, Count(visit.Html!, $">row number {n}.<"));
    }

    private static int Count(string html, string text) => html.Split(text).Length - 1;

    private async Task<TabVisit> VisitAsync(Uri url, VisitOptions options) =>
        await (await OpenAsync()).VisitAsync(url, options, Ample, Cancellation);
}

public sealed class PlaywrightPageCleaningTests(OneBrowser one) : PageCleaningTests(one)
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
