using System.Net;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The tests of what tells why pages fail, which every host must pass.</summary>
public abstract partial class CrawlContract
{
    [Fact]
    [Needs(Need.Chromium)]
    public async Task Submit_PageThatFails_TellsWhy()
    {
        NeedsChromium();
        await using var site = await BrokenPages.StartAsync();

        var id = await Client.AcceptAsync(
            new
            {
                urls = new[] { site.Url },
                mode = "batch",
                page = new
                {
                    waitFor = "css:#prices",
                    timeoutSeconds = 5,
                    diagnostics = true,
                    har = true,
                    screenshotOnFailure = true,
                },
            }
        );
        await Client.EndAsync(id);

        var page = Assert.Single(await Client.PagesAsync(id));
        Assert.Equal(ErrorCode.WaitFor, page.Error?.Code);
        Assert.Contains(
            page.Diagnostics!.Console,
            m => m.Text.Contains("prices is not defined", StringComparison.Ordinal)
        );
        Assert.Equal(["failure", "har"], page.Artifacts!.Keys.Order());
        var picture = await Client.GetAsync($"api/crawls/{id}/artifacts/{page.Artifacts["failure"].Blob}");
        Assert.Equal("image/png", picture.Expect(HttpStatusCode.OK).ContentType);
        var har = await Client.GetAsync($"api/crawls/{id}/artifacts/{page.Artifacts["har"].Blob}");
        Assert.Equal("application/json", har.Expect(HttpStatusCode.OK).ContentType);
        Assert.Equal("1.2", JsonElement.Parse(har.Body).GetProperty("log").GetProperty("version").GetString());
    }

    [Fact]
    public async Task Scrape_NotRendered_HasTimesAndItsFailedRequest()
    {
        await using var site = await BrokenPages.StartAsync();

        var answer = await Client.ScrapeAsync(
            new
            {
                url = site.Url + "gone",
                render = "never",
                page = new { diagnostics = true, screenshotOnFailure = true },
            }
        );

        var page = Record(answer.Expect(HttpStatusCode.OK));
        Assert.Equal(404, Assert.Single(page.Diagnostics!.FailedRequests).Status);
        Assert.NotNull(page.Diagnostics.Timing.ResponseStartMs);
        Assert.Null(page.Artifacts);
    }
}
