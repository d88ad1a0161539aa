using System.Text;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using static FunctionsCrawler.Http.Tests.Compat.Crawl4aiCrawlTests;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>Deep crawls by POST /crawl.</summary>
public sealed class Crawl4aiDeepCrawlTests
{
    [Fact]
    public async Task Crawl_Deep_FollowsLinksAndLeavesNothing()
    {
        await using var site = await CompatSite.StartAsync(
            ("/", CompatSite.Html("/docs/a", "/blog")),
            ("/docs/a", CompatSite.Html("/docs/b")),
            ("/docs/b", CompatSite.Html("/docs/c")),
            ("/docs/c", CompatSite.Html()),
            ("/blog", CompatSite.Html())
        );
        await using var server = await CompatServer.StartAsync();

        var all = (await server.PostAsync("/crawl", Deep(site, 2, 10, ""))).Expect(200);
        var few = (await server.PostAsync("/crawl", Deep(site, 5, 2, ""))).Expect(200);
        var docs = (
            await server.PostAsync(
                "/crawl",
                Deep(
                    site,
                    5,
                    10,
                    ""","filter_chain":{"type":"FilterChain","params":{"filters":[{"type":"URLPatternFilter","params":{"patterns":["*docs*"]}}]}}"""
                )
            )
        ).Expect(200);

        Assert.Equal(["", "blog", "docs/a", "docs/b"], PathsOf(all, site));
        Assert.Equal(2, PathsOf(few, site).Count);
        Assert.Equal(["", "docs/a", "docs/b", "docs/c"], PathsOf(docs, site));
        var last = all.Json.GetProperty("results").EnumerateArray().Last().GetProperty("metadata");
        Assert.Equal(2, last.GetProperty("depth").GetInt32());
        Assert.Equal(site.Url + "docs/a", Text(last, "parent_url"));
        Assert.Empty(await server.ListCrawlsAsync());
    }

    [Fact]
    public async Task Stream_Deep_SendsEachPageAsALine()
    {
        await using var site = await CompatSite.StartAsync(("/", CompatSite.Html("/a")), ("/a", CompatSite.Html()));
        await using var server = await CompatServer.StartAsync();

        var lines = (await server.PostAsync("/crawl/stream", Deep(site, 1, 10, ""))).Expect(200).Body.Split('\n');

        Assert.Equal(
            [site.Url, site.Url + "a"],
            lines[..^1].Where(line => line.Length > 0).Select(line => Text(JsonElement.Parse(line), "url"))
        );
        Assert.Empty(await server.ListCrawlsAsync());
    }

    [Fact]
    public async Task Crawl_DeepAndClientGone_IsCancelled()
    {
        await using var site = await CompatSite.StartAsync(("/", CompatSite.Html("/slow")));
        await using var server = await CompatServer.StartAsync();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var content = new StringContent(Deep(site, 1, 10, ""), Encoding.UTF8, "application/json");
        var posting = server.Http.PostAsync("/crawl", content, leaving.Token);
        await site.Held.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posting);
        await site.Left.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        await Eventually.IsTrueAsync(
            async () => (await server.ListCrawlsAsync()) is [{ State: CrawlStatusState.Cancelled }],
            "the end of the crawl"
        );
    }

    private static string Deep(CompatSite site, int depth, int pages, string more) =>
        """
            {"urls":["SITE"],"crawler_config":{"deep_crawl_strategy":{"type":"BFSDeepCrawlStrategy","params":{
            "max_depth":DEPTH,"max_pages":PAGES MORE}}}}
            """.Replace("SITE", site.Url, StringComparison.Ordinal).Replace(
            "DEPTH",
            $"{depth}",
            StringComparison.Ordinal
        ).Replace("PAGES", $"{pages}", StringComparison.Ordinal).Replace("MORE", more, StringComparison.Ordinal);

    private static List<string> PathsOf(CompatReply reply, CompatSite site) =>
        [
            .. reply
                .Json.GetProperty("results")
                .EnumerateArray()
                .Select(result => Text(result, "url")[site.Url.Length..])
                .Order(StringComparer.Ordinal),
        ];
}
