using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Scraping;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Extraction.Rendering;

namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>What the markup of a page says about rendering.</summary>
public class RenderEvidenceTests
{
    [Theory]
    [InlineData("plain", null)]
    [InlineData("analytics", null)]
    [InlineData("structured-data", null)]
    [InlineData("hydrated", null)]
    [InlineData("noscript-banner", null)]
    [InlineData("hidden-spinner", null)]
    [InlineData("template-code", null)]
    [InlineData("spa-inline", RenderReason.EmptyRoot)]
    [InlineData("spa-skeleton", RenderReason.EmptyRoot)]
    [InlineData("empty-main", RenderReason.EmptyRoot)]
    [InlineData("needs-scripts", RenderReason.NoScriptMessage)]
    [InlineData("template-in-page", RenderReason.Template)]
    [InlineData("x-text", RenderReason.Template)]
    [InlineData("custom-element", RenderReason.LateParts)]
    [InlineData("late-loading", RenderReason.Placeholder)]
    [InlineData("late-busy", RenderReason.Placeholder)]
    [InlineData("late-fragment", RenderReason.LateParts)]
    [InlineData("scripted-redirect", RenderReason.Redirect)]
    [InlineData("meta-refresh", RenderReason.Redirect)]
    [InlineData("cookie-gate", RenderReason.Redirect)]
    [InlineData("unnamed-root", RenderReason.LittleText)]
    [InlineData("short-note", RenderReason.LittleText)]
    public void Read_LabelledShape_ItsEvidence(string name, RenderReason? evidence)
    {
        var shape = RenderShapes.All.Single(s => s.Name.Equals(name, StringComparison.Ordinal));
        Assert.Equal(evidence, Read(shape.Html(1)).Evidence);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("structured-data")]
    [InlineData("import-map")]
    public void Read_NoPrograms_NoScriptKey(string name)
    {
        var shape = RenderShapes.All.Single(s => s.Name.Equals(name, StringComparison.Ordinal));
        Assert.Null(Read(shape.Html(1)).Scripts);
    }

    // Data in scripts differs from page to page; the program does not.
    [Theory]
    [InlineData("<script>load('/page/1', 20);</script>", "<script>load('/page/2', 35);</script>", true)]
    [InlineData("<script src='../a.js?v=1'></script>", "<script src='../../a.js?v=2'></script>", true)]
    [InlineData("<script src='/a.js'></script>", "<script src='/b.js'></script>", false)]
    [InlineData("<script>load();</script>", "<script>show();</script>", false)]
    [InlineData("<script src='/a.js'></script>", "<script src='/a.js'></script><script>show();</script>", false)]
    [InlineData(
        "<script src='https://a.example/x.js'></script>",
        "<script src='https://b.example/x.js'></script>",
        false
    )]
    [InlineData("<div id=a1></div><script>fill();</script>", "<div id=a2></div><script>fill();</script>", true)]
    [InlineData("<div id=a></div><script>fill();</script>", "<div>full</div><script>fill();</script>", false)]
    public void Read_TwoPages_SameKeyIfTheyRunTheSameProgram(string one, string other, bool same) =>
        Assert.Equal(same, Read(one).Scripts == Read(other).Scripts);

    [Fact]
    public void Read_MuchText_EvidenceIsWeak()
    {
        var text = string.Concat(Enumerable.Repeat("<p>Much is said here, again and again.</p>", 40));
        const string root = "<div id=app></div><script>mount();</script>";
        Assert.Equal(new RenderSigns(Read(root).Scripts, RenderReason.EmptyRoot, IsStrong: true), Read(root));
        Assert.Equal(new RenderSigns(Read(root).Scripts, RenderReason.EmptyRoot, IsStrong: false), Read(text + root));
    }

    private static RenderSigns Read(string html)
    {
        var plan = new ExtractionPlan(PageFormats.Standard) { ReadsSigns = true };
        return HtmlExtractor.Extract(html, new Uri("https://example.com/"), plan).Signs!;
    }
}
