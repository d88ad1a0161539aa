using System.Net;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The tests of POST /api/scrape, which every host must pass.</summary>
public abstract partial class CrawlContract
{
    [Fact]
    public async Task Scrape_Page_ReturnsTheRequestedFormats()
    {
        await using var site = await TreeSite.StartAsync(3);

        var answer = await Client.ScrapeAsync(
            new
            {
                url = site.Url + "p/1",
                render = "never",
                formats = new[] { "mainMarkdown", "links" },
            }
        );

        var page = Record(answer.Expect(HttpStatusCode.OK));
        Assert.Equal(site.Url + "p/1", page.Url);
        Assert.NotNull(page.MainMarkdown);
        Assert.Null(page.Markdown);
        Assert.NotEmpty(page.Links);
        Assert.Null(page.Error);
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Scrape_Rendered_HasAScreenshotAndACleanReceipt()
    {
        NeedsChromium();
        await using var site = await TreeSite.StartAsync(1);

        var answer = await Client.ScrapeAsync(
            new { url = site.Url + "p/0", formats = new[] { "markdown", "screenshot" } }
        );

        var page = Record(answer.Expect(HttpStatusCode.OK));
        Assert.Equal(RenderedBy.Browser, page.RenderedBy);
        Assert.Equal("PNG"u8, page.Artifacts!["screenshot"].Data!.Value.Span[1..4]);
        Assert.True(Assert.Single(page.Receipts!).IsClean);
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Scrape_WaitFor_ReadsThePageOnceItIsShown()
    {
        NeedsChromium();
        await using var site = await LatePages.StartAsync();

        var answer = await Client.ScrapeAsync(
            new { url = site.Url, page = new { waitFor = "css:#late", waitUntil = "load" } }
        );

        var page = Record(answer.Expect(HttpStatusCode.OK));
        Assert.Contains(LatePages.Content, page.Markdown, StringComparison.Ordinal);
        Assert.True(Assert.Single(page.Receipts!).IsClean);
    }

    [Fact]
    public async Task Scrape_FailedPage_IsARecordWithAnError()
    {
        await using var site = await TreeSite.StartAsync(1);

        var page = Record(
            (await Client.ScrapeAsync(new { url = site.Url + "missing", render = "never" })).Expect(HttpStatusCode.OK)
        );

        Assert.Equal((ErrorCode.Http4xx, 404), (page.Error!.Code, page.Status));
    }

    [Fact]
    public async Task Scrape_InvalidRequest_NamesAllFields()
    {
        var answer = (
            await Client.ScrapeAsync(
                """{"url":"ftp://a.example/","formats":["pdf"],"speed":9,"page":{"timeoutSeconds":0}}"""
            )
        ).Expect(HttpStatusCode.BadRequest);

        Assert.Equal(
            ["formats[0]", "page.timeoutSeconds", "speed", "url"],
            answer
                .Json.GetProperty("errors")
                .EnumerateArray()
                .Select(e => e.GetProperty("field").GetString())
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Scrape_BlockedAddress_IsForbiddenWithItsCode()
    {
        // Cloud metadata services are blocked even if the host allows private addresses.
        var answer = (await Client.ScrapeAsync(new { url = "http://169.254.169.254/", render = "never" })).Expect(
            HttpStatusCode.Forbidden
        );

        Assert.Equal("blocked_address", answer.Text("code"));
    }

    [Fact]
    public async Task Scrape_PageNeverAnswers_IsAGatewayTimeout()
    {
        await using var site = await TreeSite.StartAsync(20);
        var isHeld = site.HoldAfter(0);

        var answer = (
            await Client.ScrapeAsync(
                new
                {
                    url = site.Url + "p/0",
                    render = "never",
                    respectRobots = false,
                    page = new { timeoutSeconds = 1 },
                }
            )
        ).Expect(HttpStatusCode.GatewayTimeout);

        Assert.True(isHeld());
        Assert.Equal("timeout", answer.Text("code"));
        site.Release();
    }

    private static PageRecord Record(Answer answer) =>
        JsonSerializer.Deserialize(answer.Body, CrawlJson.Default.PageRecord)!;
}
