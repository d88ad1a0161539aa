using AngleSharp.Html.Parser;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>Cleaned HTML, text, images, tables, parts of the page, citations and warnings.</summary>
public sealed class ExtractionFormatTests
{
    [Fact]
    public void CleanedHtml_DangerousAndUnknownMarkup_OnlyTheAllowListIsLeft()
    {
        var html = Extract(
            """
            <h1 id=t class=c style="color:red" onclick="x()">T &amp; U</h1><script>alert(1)</script><style>p{}</style>
            <custom-box><p title='a"b'>kept <a href="/x" onmouseover=e()>link</a> <a href="javascript:alert(1)">bad</a>
            <a href=" java&#10;script:alert(1)">worse</a></p></custom-box>
            <img src=pic.png alt=p onerror=e() width=3><img src="data:image/png;base64,xx" alt=gone>
            <svg><a href=javascript:x><p>svg</p></a></svg><math><mtext><p>m</p></mtext></math><form action=/f><input><p>in form</p></form>
            <iframe src=/i></iframe><pre><code class="language-c# x">
            a &lt; b</code></pre><table><tr><td colspan=2 bgcolor=red>c</table><template><p>t</p></template>
            """,
            PageFormat.CleanedHtml
        ).CleanedHtml!;

        Assert.Contains("<h1 id=\"t\">T &amp; U</h1>", html, StringComparison.Ordinal);
        Assert.Contains(
            "<p title=\"a&quot;b\">kept <a href=\"https://docs.example/x\">link</a> <a>bad</a>",
            html,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "<img alt=\"p\" width=\"3\" src=\"https://docs.example/guide/pic.png\">",
            html,
            StringComparison.Ordinal
        );
        Assert.Contains("<code class=\"language-c#\">", html, StringComparison.Ordinal);
        Assert.Contains("<td colspan=\"2\">c</td>", html, StringComparison.Ordinal);
        Assert.Contains("in form", html, StringComparison.Ordinal);
        var parsed = new HtmlParser().ParseDocument(html);
        Assert.Empty(parsed.QuerySelectorAll("script, style, iframe, form, input, svg, math, template, custom-box"));
        Assert.All(
            parsed.All.SelectMany(e => e.Attributes),
            attribute =>
            {
                Assert.False(attribute.Name.StartsWith("on", StringComparison.Ordinal), attribute.Name);
                Assert.DoesNotContain("script", attribute.Value, StringComparison.OrdinalIgnoreCase);
            }
        );
    }

    [Theory]
    [InlineData("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>")]
    [InlineData(
        "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">"
    )]
    [InlineData("<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">")]
    [InlineData("<xmp><img src=1 onerror=alert(1)></xmp><plaintext><script>alert(1)")]
    [InlineData("<title><img src=1 onerror=alert(1)></title><textarea><script>x</script>")]
    public void CleanedHtml_MarkupThatChangesWhenParsedAgain_StaysHarmless(string html)
    {
        var cleaned = Extract(html, PageFormat.CleanedHtml).CleanedHtml!;

        var parsed = new HtmlParser().ParseDocument(cleaned);
        Assert.Empty(parsed.QuerySelectorAll("script, [onerror]"));
        // Another round changes nothing.
        Assert.Equal(cleaned, Extract(cleaned, PageFormat.CleanedHtml).CleanedHtml);
    }

    [Fact]
    public void Text_Page_OneLineForEachBlock()
    {
        var text = Extract(
            "<h1>Title</h1><p>one <b>two</b>\n three<br>four</p><script>x</script><ul><li>a<li>b</ul>"
                + "<pre>x\n  y</pre><table><tr><th>h1<th>h2<tr><td><p>c1</p><p>c</p><td>c2 <table><tr><td>in</table></table>",
            PageFormat.Text
        ).Text;

        Assert.Equal("Title\none two three\nfour\na\nb\nx\n  y\nh1\th2\nc1 c\tc2\nin\n", text);
    }

    [Fact]
    public void Images_SizesAndLazyAttributes_TheLargestAndTheRealOne()
    {
        var images = Extract(
            """
            <img src=small.png srcset="m.png 300w, https://cdn.example/a,b/l.png 900w, s.png 100w" alt="  A  photo " width=100 height=50px>
            <img src="data:image/gif;base64,R0" data-src=/lazy.png><noscript><img src=/lazy.png alt=late></noscript>
            <picture><source srcset="p.webp 2x"><img src=p.png></picture><img src=pixel.gif width=1 height=1>
            <img src=javascript:x><img alt=none><img srcset=", ,,a.png, b.png 2x,">
            """,
            PageFormat.Images
        ).Images!;

        Assert.Equal(
            [
                new PageImage("https://cdn.example/a,b/l.png", "A photo") { Width = 100, Height = 50 },
                new PageImage("https://docs.example/lazy.png", "late"),
                new PageImage("https://docs.example/guide/p.webp", ""),
                new PageImage("https://docs.example/guide/b.png", ""),
            ],
            images
        );
    }

    [Fact]
    public void Tables_SpansHeadersAndNesting_AreResolved()
    {
        var tables = Extract(
            """
            <table><caption>Cap <b>tion</b></caption>
            <thead><tr><th rowspan=2>Name<th colspan=2>Size<tr><th>min<th>max</thead>
            <tr><td rowspan=2>a<td>1<td>2<tr><td colspan=2>3
            <tr><td>b<td><table><tr><th>in<td>ner</table>x<td>5</table>
            <table role=presentation><tr><td>l<td>m<tr><td>n<td>o</table>
            <table><tr><td><h2>Layout</h2><td>p<tr><td>q<td>r</table>
            <table><tr><td>k1<td>v1<tr><td>k2<td>v2</table>
            <table hidden><tr><th>h<td>d</table>
            """,
            PageFormat.Tables
        ).Tables!;

        Assert.Equal(3, tables.Count);
        Assert.Equal("Cap tion", tables[0].Caption);
        Assert.Equal(["Name", "Size min", "Size max"], tables[0].Headers);
        Assert.Equal(["a 1 2", "a 3 3", "b x 5"], tables[0].Rows.Select(r => string.Join(' ', r)));
        Assert.Equal(["in ner"], tables[1].Rows.Select(r => string.Join(' ', r)));
        Assert.Empty(tables[2].Headers);
        Assert.Equal(["k1 v1", "k2 v2"], tables[2].Rows.Select(r => string.Join(' ', r)));
    }

    [Fact]
    public void Tables_HugeSpans_AreTruncatedWithAWarning()
    {
        var page = Extract(
            "<table>" + string.Concat(Enumerable.Repeat("<tr><th colspan=1000 rowspan=65534>wide", 2000)) + "</table>",
            PageFormat.Tables
        );

        Assert.InRange(page.Tables!.Sum(t => t.Rows.Sum(r => r.Count(c => c.Length > 0))), 0, 100_000);
        Assert.Contains(page.Warnings, w => w.Code == PageWarningCode.Truncated);
    }

    [Fact]
    public void Parts_IncludeAndExclude_ReachEveryFormatButNotTheLinksToFollow()
    {
        var options = new ExtractOptions
        {
            Formats =
            [
                PageFormat.Markdown,
                PageFormat.MainMarkdown,
                PageFormat.Text,
                PageFormat.CleanedHtml,
                PageFormat.Links,
                PageFormat.Images,
                PageFormat.Tables,
            ],
            Include = [".content p, .content", "section"],
            Exclude = [".ad"],
        };
        const string html = """
            <title>T</title><nav><a href=/menu>menu</a></nav>
            <div class=content><p>one <a href=/one>1</a></p><div class=ad><a href=/ad>ad</a><img src=/ad.png></div><p>two</p></div>
            <div class=ad><section>in ad</section></div><section>three<table><tr><th>h<tr><td>d</table></section><footer>foot</footer>
            """;

        var page = HtmlExtractor.Extract(html, RoundTrip.PageUrl, new ExtractionPlan(options));

        Assert.Equal("T", page.Title);
        Assert.Equal("one [1](https://docs.example/one)\n\ntwo\n\nthree\n\n| h |\n| --- |\n| d |\n", page.Markdown);
        Assert.Equal(page.Markdown, page.MainMarkdown);
        Assert.Equal("one 1\ntwo\nthree\nh\nd\n", page.Text);
        Assert.DoesNotContain("ad.png", page.CleanedHtml, StringComparison.Ordinal);
        Assert.Equal(["https://docs.example/one"], page.Links.Select(l => l.Url));
        Assert.Empty(page.Images!);
        Assert.Single(page.Tables!);
        Assert.Equal(
            ["https://docs.example/menu", "https://docs.example/one", "https://docs.example/ad"],
            page.Outlinks.Select(l => l.Url)
        );
    }

    [Fact]
    public void Parts_NothingMatches_EmptyWithAWarning()
    {
        var plan = new ExtractionPlan(new ExtractOptions { Include = [".missing"] });

        var page = HtmlExtractor.Extract("<p>text<a href=/x>x</a>", RoundTrip.PageUrl, plan);

        Assert.Equal("", page.Markdown);
        Assert.Empty(page.Links);
        Assert.Single(page.Outlinks);
        Assert.Contains(page.Warnings, w => w.Code == PageWarningCode.NothingIncluded);
    }

    [Fact]
    public void Warnings_EmptyPageAndNoMainContent()
    {
        Assert.Equal([PageWarningCode.EmptyPage], Codes("<script>x</script>"));
        Assert.Equal([PageWarningCode.NoMainContent], Codes("<p>text"));
        Assert.Empty(Codes("<main>text</main>"));

        static IEnumerable<PageWarningCode> Codes(string html) =>
            Extract(html, PageFormat.Markdown, PageFormat.MainMarkdown).Warnings.Select(w => w.Code);
    }

    [Fact]
    public void Citations_LinksAndImages_AreNumberedAndStayLinks()
    {
        var options = new ExtractOptions { Citations = true };
        const string html =
            "<main><p>See <a href=/a>A</a>, <a href=/b_(c)>B</a> and <a href=/a>again</a> <img src=/i.png alt=I>. Literal [1] and [2].</p>"
            + "<p><a href=/d>[4]</a></main>";

        var markdown = HtmlExtractor.Extract(html, RoundTrip.PageUrl, new ExtractionPlan(options)).MainMarkdown!;

        Assert.Equal(
            "See [A][1], [B][2] and [again][1] ![I][3]. Literal \\[1\\] and \\[2\\].\n\n[\\[4\\]][4]\n\n"
                + "[1]: https://docs.example/a\n[2]: https://docs.example/b_%28c%29\n"
                + "[3]: https://docs.example/i.png\n[4]: https://docs.example/d\n",
            markdown
        );
        var rendered = RoundTrip.Render(markdown);
        Assert.Equal(
            [
                "https://docs.example/a",
                "https://docs.example/b_%28c%29",
                "https://docs.example/a",
                "https://docs.example/d",
            ],
            rendered.QuerySelectorAll("a").Select(a => a.GetAttribute("href"))
        );
        Assert.Contains("Literal [1] and [2].", rendered.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void MainHtml_PageWithNavigation_IsTheMainPartOfTheCleanedHtml()
    {
        const string html = """
            <nav><a href=/menu>menu</a></nav><main><h1>T</h1><p>text of the page<script>x</script></p></main><footer>foot</footer>
            """;

        var page = Extract(html, PageFormat.MainHtml, PageFormat.CleanedHtml);

        Assert.Equal("<h1>T</h1><p>text of the page</p>", page.MainHtml);
        Assert.Contains("menu", page.CleanedHtml, StringComparison.Ordinal);
    }

    [Fact]
    public void MainHtml_NothingToLeaveOut_IsTheCleanedHtml()
    {
        var page = Extract("<p>text</p>", PageFormat.MainHtml, PageFormat.CleanedHtml);

        Assert.Equal(page.CleanedHtml, page.MainHtml);
    }

    [Fact]
    public void Formats_NotAskedFor_AreAbsent()
    {
        var page = Extract("<main><p>x<img src=/i.png><table><tr><th>h<tr><td>d</table></main>", PageFormat.Links);

        Assert.Null(page.MainMarkdown);
        Assert.Null(page.CleanedHtml);
        Assert.Null(page.MainHtml);
        Assert.Null(page.Text);
        Assert.Null(page.Images);
        Assert.Null(page.Tables);
        Assert.Null(page.Data);
        Assert.Null(page.RelevantMarkdown);
        Assert.Empty(page.Metadata.Meta);
    }

    private static ExtractedPage Extract(string html, params PageFormat[] formats) =>
        HtmlExtractor.Extract(html, RoundTrip.PageUrl, new ExtractionPlan(new PageFormats(formats)));
}
