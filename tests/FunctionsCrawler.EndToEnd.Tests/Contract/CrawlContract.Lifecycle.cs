using System.Net;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

public abstract partial class CrawlContract
{
    [Fact]
    public async Task Cancel_RunningCrawl_EndsItAndKeepsItsPages()
    {
        await using var site = await TreeSite.StartAsync(200);
        var isHeld = site.HoldAfter(40);
        var id = await Client.AcceptAsync(Request(site));
        await Client.UntilAsync(id, _ => isHeld());

        var before = (await Client.GetAsync($"api/crawls/{id}")).Expect(HttpStatusCode.Accepted);
        Assert.Equal("Running", before.Text("state"));
        Assert.True(before.RetryAfter);
        (await Client.DeleteAsync($"api/crawls/{id}")).Expect(HttpStatusCode.Conflict);
        (await Client.GetAsync($"api/crawls/{id}/summary")).Expect(HttpStatusCode.NotFound);
        Assert.Contains(id, await ListedAsync("&state=Running"));
        (await Client.PostAsync($"api/crawls/{id}/cancel")).Expect(HttpStatusCode.Accepted);

        Assert.Equal("Cancelled", (await Client.EndAsync(id)).Text("state"));
        var summary = await Client.SummaryAsync(id);
        Assert.Equal(summary.Pages.Succeeded, (await Client.PagesAsync(id)).Count);
        Assert.True(summary.Pages.Pending > 0);
        (await Client.PostAsync($"api/crawls/{id}/cancel")).Expect(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Delete_EndedCrawl_RemovesItAndItsIdIsNotReused()
    {
        await using var site = await TreeSite.StartAsync(3);
        var id = await Client.AcceptAsync(Request(site), NewId());
        await Client.EndAsync(id);

        (await Client.DeleteAsync($"api/crawls/{id}")).Expect(HttpStatusCode.NoContent);

        foreach (var path in new[] { "", "/pages", "/summary" })
            (await Client.GetAsync($"api/crawls/{id}{path}")).Expect(HttpStatusCode.NotFound);
        (await Client.DeleteAsync($"api/crawls/{id}")).Expect(HttpStatusCode.NotFound);
        (await Client.PostAsync($"api/crawls/{id}/cancel")).Expect(HttpStatusCode.NotFound);
        Assert.DoesNotContain(id, await ListedAsync());
        (await Client.SubmitAsync(Request(site), id)).Expect(HttpStatusCode.Conflict);
        Assert.Equal(3, site.Log.Count);
    }

    [Fact]
    public async Task Pages_ReadInParts_AreCompleteWithoutRepetition()
    {
        await using var site = await TreeSite.StartAsync(60);
        var id = await Client.AcceptAsync(Request(site));
        var read = new List<string>();
        string? cursor = null;
        for (var hasEnded = false; ; )
        {
            var part = await Client.PagesAsync(id, cursor);
            read.AddRange(part.Select(r => r.Url));
            cursor = part.Count > 0 ? part[^1].Cursor : cursor;
            if (hasEnded && part.Count == 0)
                break;
            hasEnded = (await Client.GetAsync($"api/crawls/{id}")).Status == HttpStatusCode.OK;
        }

        var all = await Client.PagesAsync(id);
        Assert.Equal(60, all.Count);
        Assert.Equal(all.Select(r => r.Url), read);
        // A client that stopped in the middle of a response can continue from any record.
        Assert.Equal(all.Skip(18).Select(r => r.Url), (await Client.PagesAsync(id, all[17].Cursor)).Select(r => r.Url));
        (await Client.GetAsync($"api/crawls/{id}/pages?after=yesterday")).Expect(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Pages_TwoThatEndAtTheSameUrl_AreMarkedAsDuplicates()
    {
        await using var site = await TestSite.StartAsync(context =>
        {
            if (context.Request.Path == "/old")
                context.Response.Redirect("/new");
            else
                context.Response.ContentType = "text/html";
            return Task.CompletedTask;
        });
        var request = new
        {
            mode = "batch",
            urls = new[] { site.Url + "new", site.Url + "old" },
            render = "never",
        };
        var id = await Client.AcceptAsync(request);
        await Client.EndAsync(id);

        var records = await Client.PagesAsync(id);

        Assert.Equal(site.Url + "new", Assert.Single(records, r => r.DuplicateOf is not null).DuplicateOf);
    }

    [Fact]
    public async Task List_SeveralCrawls_ShowsTheNewestFirst()
    {
        await using var site = await TreeSite.StartAsync(2);
        var ids = new List<string>();
        for (var n = 0; n < 5; n++)
            ids.Insert(0, await Client.AcceptAsync(Request(site), NewId()));
        foreach (var id in ids)
            await Client.EndAsync(id);

        Assert.Equal(ids, (await ListedAsync()).Take(5));
        Assert.Equal(ids, (await ListedAsync("&state=Completed")).Take(5));
        Assert.DoesNotContain(ids[0], await ListedAsync("&state=Running"));
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=101")]
    [InlineData("limit=ten")]
    [InlineData("state=Sleeping")]
    [InlineData("state=3")]
    public async Task List_InvalidQuery_NamesTheField(string query)
    {
        var answer = (await Client.GetAsync($"api/crawls?{query}")).Expect(HttpStatusCode.BadRequest);

        Assert.Equal([query[..query.IndexOf('=')]], Fields(answer));
    }

    [Theory]
    [InlineData("no-such-crawl")]
    [InlineData("No%20id%2F..")]
    public async Task Crawl_Unknown_IsNotFound(string id)
    {
        foreach (var path in new[] { "", "/pages", "/summary" })
            (await Client.GetAsync($"api/crawls/{id}{path}")).Expect(HttpStatusCode.NotFound);
        (await Client.PostAsync($"api/crawls/{id}/cancel")).Expect(HttpStatusCode.NotFound);
        (await Client.DeleteAsync($"api/crawls/{id}")).Expect(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Host_HealthOpenApiAndMetrics_AreServed()
    {
        var health = (await Client.GetAsync("api/health")).Expect(HttpStatusCode.OK);
        Assert.Equal("ok", health.Text("status"));
        Assert.Equal(ReportsDetails, health.Json.TryGetProperty("worker", out var worker));
        if (ReportsDetails)
            Assert.InRange(worker.GetProperty("ownMb").GetInt64(), 1, worker.GetProperty("budgetMb").GetInt64());

        var description = (await Client.GetAsync("api/openapi.json")).Expect(HttpStatusCode.OK);
        Assert.StartsWith("3.1", description.Text("openapi"), StringComparison.Ordinal);

        var metrics = (await Client.GetAsync("metrics")).Expect(HttpStatusCode.OK);
        Assert.Contains("crawler_memory_budget_bytes", metrics.Body, StringComparison.Ordinal);
    }
}
