using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Browsing;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>What can be done with pages, by the library.</summary>
/// <remarks>
/// Not among the end-to-end tests: whoever launches a browser becomes a child subreaper, and adopts the orphans of the programs
/// that those tests kill.
/// </remarks>
public sealed class CrawlerPageTests : BrowserTestBase
{
    [Fact]
    public async Task Library_Steps_AreCarriedOut()
    {
        await using var site = await InteractivePages.StartAsync();
        await using var crawler = new Crawler(new CrawlerOptions { AllowPrivate = true, AllowScripts = true });

        var page = await crawler.ScrapeAsync(
            site.Url,
            new PageRequest
            {
                Page = new PageOptions
                {
                    RemoveOverlays = true,
                    Actions =
                    [
                        new()
                        {
                            Write = new PageWrite { Into = "[name=user]", Text = "ada" },
                        },
                        new()
                        {
                            Write = new PageWrite { Into = "[type=password]", Text = InteractivePages.Password },
                        },
                        new() { Press = "Enter" },
                        new() { Script = "document.querySelector('#open').click()" },
                        new() { Wait = "js:document.body.innerText.includes('Invoice 1815')" },
                    ],
                },
            }
        );

        Assert.Null(page.Error);
        Assert.Contains("Invoice 1815", page.Markdown, StringComparison.Ordinal);
        Assert.True(Assert.Single(page.Receipts!).IsClean);
    }

    [Fact]
    public async Task Library_Scrape_ReturnsTheFiles()
    {
        await using var crawler = new Crawler(new CrawlerOptions { AllowPrivate = true });

        var request = new PageRequest
        {
            Page = new PageOptions
            {
                Screenshot = new() { FullPage = false },
                Pdf = true,
            },
        };
        var page = await crawler.ScrapeAsync(
            Site.Page("/page", "<h1>hello</h1>").AbsoluteUri,
            request,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(["pdf", "screenshot"], page.Artifacts!.Keys.Order());
        Assert.DoesNotContain(page.Warnings ?? [], w => w.Code == PageWarningCode.CaptureFailed);
    }
}
