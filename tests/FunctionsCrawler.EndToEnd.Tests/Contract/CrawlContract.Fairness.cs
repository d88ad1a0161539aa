using System.Net;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

public abstract partial class CrawlContract
{
    [Fact]
    public async Task Crawls_BesideALargeSlowOne_CompleteAndCanBeCancelled()
    {
        await using var slow = await TreeSite.StartAsync(200);
        var isHeld = slow.HoldAfter(0);
        var large = await Client.AcceptAsync(Batch(slow, 200, concurrency: 50));
        await Client.UntilAsync(large, _ => isHeld());

        // Nothing of the large crawl ends in the meantime.
        await using var quick = await TreeSite.StartAsync(5);
        var small = await Client.AcceptAsync(Request(quick));
        Assert.Equal("Completed", (await Client.EndAsync(small)).Text("state"));

        var other = await Client.AcceptAsync(Batch(slow, 5, concurrency: 5));
        (await Client.PostAsync($"api/crawls/{other}/cancel")).Expect(HttpStatusCode.Accepted);
        Assert.Equal("Cancelled", (await Client.EndAsync(other)).Text("state"));

        Assert.Equal("Running", (await Client.GetAsync($"api/crawls/{large}")).Text("state"));
        (await Client.PostAsync($"api/crawls/{large}/cancel")).Expect(HttpStatusCode.Accepted);
        Assert.Equal("Cancelled", (await Client.EndAsync(large)).Text("state"));
    }

    [Fact]
    public async Task Progress_WaveIsNotOver_ShowsTheCommittedPages()
    {
        await using var site = await TreeSite.StartAsync(100);
        site.HoldAfter(60);
        // A single lane, so two chunks of 25 pages are committed before the site stops answering.
        var id = await Client.AcceptAsync(Batch(site, 100, concurrency: 5));

        var status = await Client.UntilAsync(id, s => ProgressOf(s, "succeeded") == 50);
        Assert.Equal(50, ProgressOf(status, "queued"));

        site.ReleaseAll();
        Assert.Equal(100, ProgressOf(await Client.EndAsync(id), "succeeded"));
    }

    private static int ProgressOf(Answer status, string count) =>
        status.Json.GetProperty("progress").GetProperty(count).GetInt32();

    private static object Batch(TestSite site, int pages, int concurrency) =>
        new
        {
            mode = "batch",
            urls = Enumerable.Range(0, pages).Select(n => $"{site.Url}p/{n}"),
            concurrency,
            render = "never",
        };
}
