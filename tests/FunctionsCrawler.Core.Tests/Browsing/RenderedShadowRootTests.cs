using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Open shadow roots of a rendered page are part of its HTML, as declarative shadow roots.</summary>
public sealed class RenderedShadowRootTests(OneBrowser one) : TabTestBase(one)
{
    private const string Attach = "document.currentScript.previousElementSibling.attachShadow({ mode: 'open' })";

    [Fact]
    public async Task Visit_OpenShadowRoots_AreInTheHtml()
    {
        var visit = await VisitAsync(
            Site.Page(
                "/shadow",
                $$"""
                <div>light</div>
                <script>
                  const outer = {{Attach}};
                  outer.innerHTML = '<p>outer <slot></slot></p><span></span>';
                  outer.querySelector('span').attachShadow({ mode: 'open' }).innerHTML = '<a href="/deep">deep</a>';
                </script>
                <section><template shadowrootmode="open"><b>declared</b></template></section>
                """
            )
        );
        Assert.Contains(
            "<div><template shadowrootmode=\"open\"><p>outer <slot></slot></p><span>"
                + "<template shadowrootmode=\"open\"><a href=\"/deep\">deep</a></template></span></template>light</div>",
            visit.Html,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "<section><template shadowrootmode=\"open\"><b>declared</b></template></section>",
            visit.Html,
            StringComparison.Ordinal
        );
        Assert.StartsWith("<!DOCTYPE html>\n<html><head>", visit.Html, StringComparison.Ordinal);
        Assert.EndsWith("</body></html>", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_ContentThatArrivesInAShadowRoot_IsAwaited()
    {
        var visit = await VisitAsync(
            Site.Page(
                "/late",
                $$"""
                <div></div>
                <script>
                  const root = {{Attach}};
                  let steps = 0;
                  const timer = setInterval(() => {
                    root.append('step ' + ++steps + '. ');
                    if (steps == 10) clearInterval(timer);
                  }, 20);
                </script>
                """
            )
        );
        Assert.Contains("step 10.", visit.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Visit_TooManyNodesInAShadowRoot_IsTooLarge()
    {
        var nodes = new PageLimits().MaxNodes + 1;
        var visit = await VisitAsync(
            Site.Page("/many", $"<div></div><script>{Attach}.innerHTML = '<i></i>'.repeat({nodes})</script>")
        );
        Assert.Equal(VisitEnd.TooLarge, visit.End);
    }
}
