using System.Net;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The tests of POST /api/map, which every host must pass.</summary>
public abstract partial class CrawlContract
{
    [Fact]
    public async Task Map_Page_ReturnsItsLinksAndFetchesNoOtherPage()
    {
        await using var site = await TreeSite.StartAsync(9);

        var answer = (await Client.MapAsync(new { url = site.Url + "p/1", exclude = new[] { "re:/p/0$" } })).Expect(
            HttpStatusCode.OK
        );

        var map = answer.Json.Deserialize(CrawlJson.Default.SiteMap)!;
        Assert.Equal(
            ["/p/2", "/p/4", "/p/5", "/p/6"],
            map.Links.Select(l => new Uri(l.Url).AbsolutePath).Order(StringComparer.Ordinal)
        );
        Assert.False(map.IsPartial);
        Assert.DoesNotContain(site.Log, a => a.Status == 200 && a.Path != "/p/1");
    }

    [Fact]
    public async Task Map_FailedPage_IsAnAnswerWithAnError()
    {
        await using var site = await TreeSite.StartAsync(1);

        var answer = (await Client.MapAsync(new { url = site.Url + "missing" })).Expect(HttpStatusCode.OK);

        Assert.Equal(ErrorCode.Http4xx, answer.Json.Deserialize(CrawlJson.Default.SiteMap)!.Error!.Code);
    }

    [Fact]
    public async Task Map_InvalidRequest_NamesAllFields()
    {
        var answer = (
            await Client.MapAsync(
                new
                {
                    url = "x",
                    limit = 0,
                    sitemap = "maybe",
                    include = new[] { "re:(" },
                    depth = 3,
                }
            )
        ).Expect(HttpStatusCode.BadRequest);

        Assert.Equal(
            ["depth", "include[0]", "limit", "sitemap", "url"],
            answer
                .Json.GetProperty("errors")
                .EnumerateArray()
                .Select(e => e.GetProperty("field").GetString())
                .Order(StringComparer.Ordinal)
        );
    }
}
