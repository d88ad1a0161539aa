using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Core.Tests.Contracts;

public sealed class PageOptionsValidatorTests
{
    public static TheoryData<string, PageOptions> Faulty =>
        new()
        {
            {
                "page.timeoutSeconds",
                new PageOptions { TimeoutSeconds = 301 }
            },
            {
                "page.waitUntil",
                new PageOptions { WaitUntil = (WaitUntil)9 }
            },
            {
                "page.waitFor",
                new PageOptions { WaitFor = "" }
            },
            {
                "page.waitFor",
                new PageOptions { WaitFor = "css: " }
            },
            {
                "page.waitFor",
                new PageOptions { WaitFor = "text:" }
            },
            {
                "page.waitFor",
                new PageOptions { WaitFor = "js: " }
            },
            {
                "page.waitFor",
                new PageOptions { WaitFor = " XPath://b" }
            },
            {
                "page.waitFor",
                new PageOptions { WaitFor = "css:" + new string('a', 1000) }
            },
            {
                "page.waitFor",
                new PageOptions { WaitFor = "css:main >" }
            },
            {
                "page.actions[0].click",
                new PageOptions { Actions = [new PageAction { Click = "//a" }] }
            },
            {
                "page.actions[0].wait",
                new PageOptions { Actions = [new PageAction { Wait = "a[" + "=]" }] }
            },
            {
                "page.screenshot.selector",
                new PageOptions { Screenshot = new ScreenshotOptions { Selector = "#1" } }
            },
            {
                "page.scroll.to",
                new PageOptions { Scroll = new PageScroll { To = (ScrollTarget)9 } }
            },
            {
                "page.scroll.maxSteps",
                new PageOptions { Scroll = new PageScroll { MaxSteps = 0 } }
            },
            {
                "page.delayMs",
                new PageOptions { DelayMs = -1 }
            },
            {
                "page.delayMs",
                new PageOptions { DelayMs = 60_001, TimeoutSeconds = 300 }
            },
            {
                "page",
                new PageOptions { DelayMs = 30_000 }
            },
        };

    [Theory]
    [MemberData(nameof(Faulty))]
    public void Validate_OneFault_NamesItsField(string field, PageOptions page)
    {
        var crawl = new CrawlRequest { Urls = ["https://example.com/"], Page = page };
        var scrape = new PageRequest { Url = "https://example.com/", Page = page };

        Assert.Equal(field, Assert.Single(CrawlRequestValidator.Validate(crawl)).Field);
        Assert.Equal(field, Assert.Single(CrawlRequestValidator.Validate(scrape)).Field);
    }

    [Fact]
    public void Validate_WaitsWithoutBrowser_NamesEach()
    {
        var page = new PageOptions
        {
            WaitUntil = WaitUntil.Load,
            WaitFor = "css:main",
            Scroll = new PageScroll(),
            DelayMs = 10,
        };
        var request = new PageRequest
        {
            Url = "https://example.com/",
            Page = page,
            Render = RenderMode.Never,
        };

        Assert.Equal(
            ["page.waitUntil", "page.waitFor", "page.scroll", "page.delayMs"],
            CrawlRequestValidator.Validate(request).Select(f => f.Field)
        );
        Assert.Empty(CrawlRequestValidator.Validate(request with { Render = RenderMode.Auto }));
    }

    [Theory]
    [InlineData("css:main > p", ConditionKind.Css, "main > p")]
    [InlineData("main", ConditionKind.Css, "main")]
    [InlineData("text: In stock ", ConditionKind.Text, "In stock")]
    [InlineData("js:window.ready === true", ConditionKind.Script, "window.ready === true")]
    [InlineData("a:hover", ConditionKind.Css, "a:hover")]
    [InlineData(" CSS: #late ", ConditionKind.Css, "#late")]
    public void TryParse_Condition_TellsItsKind(string source, object kind, string value)
    {
        Assert.True(PageCondition.TryParse(source, out var condition, out _));
        Assert.Equal(new PageCondition((ConditionKind)kind, value), condition);
    }
}
