using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;

namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>Rules of finding the main content, each with the case that it exists for. The labelled pages are in Corpus.</summary>
public sealed class MainContentTests
{
    private const string Text =
        "<p>The first paragraph of an article, long enough to be one.</p><p>And a second one, which ends it.</p>";

    private const string TextMarkdown =
        "The first paragraph of an article, long enough to be one.\n\nAnd a second one, which ends it.\n";

    [Theory]
    [InlineData("<nav>menu</nav>")]
    [InlineData("<div role=navigation>menu</div>")]
    [InlineData("<div class=site-breadcrumbs><a href=/>Home</a> / Page</div>")]
    [InlineData("<div class=VPDocFooter>Edit</div>")]
    [InlineData("<ul class=share-links><li><a href=/s>Share</a></ul>")]
    [InlineData("<div id=cookie-notice>We use cookies. <button>OK</button></div>")]
    [InlineData("<div>Was this helpful? <button>Yes</button><button>No</button></div>")]
    [InlineData("<div>Hat das geholfen? <button>Ja</button><button>Nein</button></div>")]
    [InlineData("<div><a rel=prev href=/a>Zurück</a><a rel=next href=/b>Weiter</a></div>")]
    [InlineData("<p><a href='/repo/edit/main/page.md'>Bearbeiten</a></p>")]
    [InlineData("<ul><li><a href='#a'>A</a><li><a href='#b'>B</a><li><a href='#c'>C</a></ul>")]
    [InlineData("<form>Newsletter <input type=email><button>Go</button></form>")]
    [InlineData("<span class=sr-only>Skip</span>")]
    [InlineData("<aside><a href=/a>One</a> <a href=/b>Two</a></aside>")]
    public void MainMarkdown_ChromeBesideText_IsLeftOut(string chrome)
    {
        Assert.Equal(TextMarkdown, MainOf($"<main>{Text}{chrome}</main>"));
        Assert.Equal(TextMarkdown, MainOf($"<main>{chrome}{Text}</main>"));
    }

    [Theory]
    [InlineData(
        "<section id=navigation><h2>Navigation</h2><p>How to find the way.</p></section>",
        "How to find the way."
    )]
    [InlineData("<aside class=sidebar><p>A remark beside the text.</p></aside>", "A remark beside the text.")]
    [InlineData("<aside role=note>Take care.</aside>", "Take care.")]
    [InlineData("<div class=toctree-wrapper><ul><li><a href=/a>Part A</a><li><a href=/b>B</a></ul></div>", "Part A")]
    [InlineData("<h2><a class=permalink href='#name'>NAME</a></h2>", "NAME")]
    [InlineData("<h3><button aria-expanded=false>How long?</button></h3><p>Three days.</p>", "How long?")]
    [InlineData("<div class=hatnote-navigation-not-searchable>See the other one.</div>", "See the other one.")]
    [InlineData("<pre><span class=comment># nav</span> <span class=tag>a</span></pre>", "# nav a")]
    [InlineData("<blockquote>Quote<footer>Its author</footer></blockquote>", "Its author")]
    [InlineData("<div class=sect2 id=STATISTICS><h3>1.2 Reports</h3><p>What is counted.</p></div>", "What is counted.")]
    [InlineData(
        "<section id=versions><span id=x></span><h3>Versions</h3><p>All of them.</p></section>",
        "All of them."
    )]
    [InlineData("<h3><a name=x>Named place</a></h3>", "Named place")]
    [InlineData("<aside class=callout>Take 2 of them.</aside>", "Take 2 of them.")]
    [InlineData("<footer class=footnotes><p>1 A note.</p></footer>", "1 A note.")]
    [InlineData("<table class=nowrap><tr><th>a</th><td>b</td></tr></table>", "| a | b |")]
    [InlineData("<p><a href=/next>Read the next chapter</a></p>", "Read the next chapter")]
    [InlineData("<figure><img src=/a.png alt=Picture><figcaption>Caption</figcaption></figure>", "Caption")]
    public void MainMarkdown_PartOfText_IsKept(string part, string expected) =>
        Assert.Contains(expected, MainOf($"<main>{Text}{part}</main>"), StringComparison.Ordinal);

    [Fact]
    public void MainMarkdown_TitleAboveTheLandmark_IsKept() =>
        Assert.Equal(
            "# Title\n\n" + TextMarkdown,
            MainOf(
                $"<title>Title - Site</title><header><span>Site</span> <h1>Title</h1><nav>menu</nav></header><p>x</p><main>{Text}</main>"
            )
        );

    [Fact]
    public void MainMarkdown_HeadingOfContents_GoesWithThem() =>
        Assert.Equal(
            "## Start\n\n" + TextMarkdown,
            MainOf(
                "<main><h2>Inhalt</h2><ul><li><a href='#a'>A</a><li><a href='#b'>B</a><li><a href='#c'>C</a></ul>"
                    + $"<h2>Start</h2>{Text}</main>"
            )
        );

    [Fact]
    public void MainMarkdown_ChapterThatListsItsSections_ListIsKept() =>
        Assert.Contains(
            "[Section one]",
            MainOf(
                "<div class=navheader><a href=/p>Prev</a></div><div class=chapter><h2>Chapter</h2><div class=toc>"
                    + "<ul><li><a href=/1>Section one</a><li><a href=/2>Section two</a></ul></div></div>"
            ),
            StringComparison.Ordinal
        );

    [Fact]
    public void MainMarkdown_NoLandmark_TextIsFoundBetweenLists() =>
        Assert.Equal(
            TextMarkdown,
            MainOf(
                "<div><div><a href=/a>One</a><a href=/b>Two</a></div>"
                    + $"<div><div>{Text}</div></div><div><a href=/c>Three</a> © 2026</div></div>"
            )
        );

    [Fact]
    public void MainMarkdown_HeadingThatLinksToItself_HasNoLink() =>
        Assert.Equal("## Use\n\n" + TextMarkdown, MainOf($"<main><h2 id=use><a href='#use'>Use</a></h2>{Text}</main>"));

    [Theory]
    [InlineData("<h1>Note</h1><p>Only text.</p>")]
    [InlineData("")]
    [InlineData("<nav>only</nav>")]
    [InlineData("<main></main>")]
    public void Extract_NothingToTellContentFrom_WholePage(string html)
    {
        var page = HtmlExtractor.Extract(html, RoundTrip.PageUrl, mainContent: true);

        Assert.Contains(page.Warnings, w => w.Code is PageWarningCode.NoMainContent or PageWarningCode.EmptyPage);
        Assert.Equal(page.Markdown, page.MainMarkdown);
    }

    [Fact]
    public void Extract_MainContent_WholePageIsUnchanged()
    {
        var html = $"<nav>menu</nav><main><h2><a href='#a'>A</a></h2>{Text}</main><hr>foot <a href=/a>b</a>";

        var page = HtmlExtractor.Extract(html, RoundTrip.PageUrl, mainContent: true);

        Assert.Empty(page.Warnings);
        Assert.Equal(RoundTrip.Markdown(html), page.Markdown);
        Assert.NotEqual(page.Markdown, page.MainMarkdown);
    }

    private static string MainOf(string html) =>
        HtmlExtractor.Extract(html, RoundTrip.PageUrl, mainContent: true).MainMarkdown!;
}
