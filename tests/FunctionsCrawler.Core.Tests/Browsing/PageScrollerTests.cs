using FunctionsCrawler.Browsing;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Pages that load more when they are scrolled.</summary>
public sealed class PageScrollerTests(OneBrowser one) : TabTestBase(one)
{
    private static readonly string Words = string.Concat(Enumerable.Repeat("some words of a page with content ", 10));

    // Twelve batches, each of which is asked for when the last one's end comes into view.
    private const string Grows = """
        <script>
          let n = 0;
          const end = document.querySelector('#end');
          const more = async () => {
            if (n === 12) return end.remove();
            const text = await (await fetch('/batch?n=' + n++)).text();
            end.insertAdjacentHTML('beforebegin', '<p style="height: 700px">' + text + '</p>');
          };
          const observer = new IntersectionObserver(async entries => {
            if (entries.some(e => e.isIntersecting)) { observer.unobserve(end); await more(); if (end.isConnected) observer.observe(end); }
          });
          observer.observe(end);
        </script>
        """;

    [Fact]
    public async Task Visit_ListThatGrowsAtItsEnd_HasAllOfIt()
    {
        AnswerBatches(delayMs: 50);
        var url = Site.Page("/grows", $"<h1>{Words}</h1><div id=end style='height: 10px'></div>{Grows}");

        var without = await VisitAsync(url, 0);
        var with = await VisitAsync(url, 50);

        Assert.DoesNotContain("batch 11.", without.Html, StringComparison.Ordinal);
        Assert.Equal(VisitEnd.Read, with.End);
        for (var n = 0; n < 12; n++)
            Assert.Contains($"batch {n}.", with.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_PartThatScrolls_IsScrolled()
    {
        const string script =
            "const o = new IntersectionObserver(es => { if (es[0].isIntersecting) last.textContent = 'is seen' });"
            + "o.observe(last)";
        var url = Site.Page(
            "/part",
            $"<main style='height: 600px; overflow-y: auto'><p>{Words}</p><div style='height: 5000px'></div><p id=last>not yet</p></main>"
                + $"<script>{script}</script>"
        );

        Assert.Contains("not yet", (await VisitAsync(url, 0)).Html, StringComparison.Ordinal);
        Assert.Contains(">is seen</p>", (await VisitAsync(url, 50)).Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "<style>html, body { height: 100%; overflow: hidden }</style><main style='height: 100%; overflow-y: auto'>LIST</main><i style='display: block; height: 60px'></i>"
    )]
    [InlineData("<div style='height: 100px'>banner</div><main style='height: 680px; overflow-y: auto'>LIST</main>")]
    [InlineData("<style>html { overflow: hidden } body { height: 100vh; overflow-y: auto }</style>LIST")]
    [InlineData(
        "<div id=host></div><template id=inner><div style='height: 500px; overflow-y: scroll'>LIST</div></template><script>host.attachShadow({ mode: 'open' }).append(inner.content)</script>"
    )]
    public async Task Visit_ScrollsInsideThePage_IsScrolled(string layout)
    {
        var list = $"<p>{Words}</p><div style='height: 4000px'></div><p class=last>not yet</p>";
        const string script = """
            const find = root => root.querySelector('.last') ?? find(document.querySelector('#host').shadowRoot);
            const last = find(document);
            new IntersectionObserver(es => { if (es.at(-1).isIntersecting) last.textContent = 'is ' + 'seen' }).observe(last);
            """;
        var page = layout.Replace("LIST", list, StringComparison.Ordinal);
        var visit = await VisitAsync(Site.Page("/inside", $"{page}<script>{script}</script>"), 50);
        Assert.Contains(">is seen</p>", visit.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>addEventListener('load', () => document.documentElement.remove())</script>")]
    [InlineData(
        "<form style='height: 99px; overflow: auto'><input name=scrollTo><input name=shadowRoot><p style='height: 3000px'></form>"
    )]
    public async Task Visit_OddPage_IsRead(string html)
    {
        var visit = await VisitAsync(Site.Page("/odd", $"<p>{Words}</p>{html}"), 50);
        Assert.Equal(VisitEnd.Read, visit.End);
    }

    [Fact]
    public async Task Visit_MoreIsAddedByATimer_IsWaitedFor()
    {
        const string script = """
            let n = 0;
            addEventListener('scroll', () => {
              if (scrollY + innerHeight < document.body.scrollHeight - 50 || n === 3) return;
              n++;
              setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<p style="height: 900px">part ' + n + '</p>'), 800);
            });
            """;
        var url = Site.Page("/timer", $"<p style='height: 2000px'>{Words}</p><script>{script}</script>");

        Assert.Contains("part 3", (await VisitAsync(url, 50)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_PageWithoutEnd_IsReadAfterTheSteps()
    {
        const string script =
            "addEventListener('scroll', () => document.body.insertAdjacentHTML('beforeend',"
            + " '<p style=\"height: 3000px\">more</p>'))";
        var url = Site.Page("/endless", $"<p style='height: 3000px'>{Words}</p><script>{script}</script>");

        var visit = await VisitAsync(url, 5);

        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.InRange(visit.Html!.Split(">more<").Length - 1, 1, 6);
    }

    [Fact]
    public async Task Visit_PageWithoutEnd_IsReadBeforeTheDeadline()
    {
        const string script =
            "addEventListener('scroll', () => document.body.insertAdjacentHTML('beforeend',"
            + " '<p style=\"height: 3000px\">more</p>'))";
        var url = Site.Page("/endless", $"<p style='height: 3000px'>{Words}</p><script>{script}</script>");

        Assert.Equal(VisitEnd.Read, (await VisitAsync(url, 1000, TimeSpan.FromSeconds(6))).End);
    }

    [Fact]
    public async Task Visit_ShortPage_IsScrolledInNoTime()
    {
        var visit = await VisitAsync(Site.Page("/short", $"<p>{Words}</p>"), 1000);
        Assert.Equal(VisitEnd.Read, visit.End);
        Assert.Contains("some words", visit.Html, StringComparison.Ordinal);
    }

    private void AnswerBatches(int delayMs) =>
        Site.Answer(
            "/batch",
            async context =>
            {
                await Task.Delay(delayMs, Cancellation);
                await context.Response.WriteAsync($"batch {context.Request.Query["n"]}.");
            }
        );

    private async Task<TabVisit> VisitAsync(Uri url, int steps, TimeSpan? deadline = null) =>
        await (await OpenAsync()).VisitAsync(
            url,
            new VisitOptions { ScrollSteps = steps },
            deadline ?? TimeSpan.FromSeconds(60),
            Cancellation
        );
}
