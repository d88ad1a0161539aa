using System.Net;
using System.Net.Sockets;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Activities;

public class OutcomeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Summary_CrawlWithEveryOutcome_MatchesItsRecords()
    {
        await using var site = await CrawlSite.StartAsync(0);
        using var closed = new ReservedPort();
        var refused = $"http://127.0.0.1:{closed.Number}/refused";
        site.Special["/start"] = context =>
            CrawlSite.HtmlAsync(
                context,
                "/a",
                "/to-a",
                "/missing",
                "/broken",
                refused,
                "/picture.png",
                "/download",
                "/leaves",
                "http://out.example/1",
                "http://out.example/1#again",
                "http://out.example/2",
                "mailto:a@b.example"
            );
        site.Special["/a"] = context => CrawlSite.HtmlAsync(context, "/deep1", "/deep2", "/a", "http://out.example/2");
        site.Special["/to-a"] = Redirect("/a");
        site.Special["/leaves"] = Redirect(site.Url("/").Replace("127.0.0.1", "localhost", StringComparison.Ordinal));
        site.Special["/broken"] = Status(500);
        site.Special["/"] = context => CrawlSite.HtmlAsync(context);
        site.Special["/download"] = context =>
        {
            context.Response.ContentType = "application/zip";
            return context.Response.WriteAsync("PK");
        };
        var store = new MemoryBlobStore();
        await CrawlRig.CrawlAsync(
            store,
            CrawlRig.Request(site) with
            {
                Urls = [site.Url("/start"), site.Url("/start#twice")],
                MaxDepth = 1,
            }
        );

        var records = await CrawlRig.RecordsAsync(store);
        // URLs are grouped by host and port, so the other port comes last.
        Assert.Equal(
            [
                "start ",
                "a ",
                "to-a ",
                "missing Http4xx",
                "broken Http5xx",
                "picture.png UnsupportedType",
                "download UnsupportedType",
                "leaves OutOfScope",
                "refused Connect",
            ],
            records.OrderBy(r => r.Depth).Select(r => $"{r.Url.Split('/')[^1]} {r.Error?.Code}")
        );
        Assert.Equal(
            [(site.Url("/to-a"), site.Url("/a"))],
            records.Where(r => r.DuplicateOf is not null).Select(r => (r.Url, r.DuplicateOf!))
        );
        var summary = (await new CrawlBlobs(store, CrawlRig.Id).GetSummaryAsync(Cancellation))!;
        Assert.Equal(CrawlState.Completed, summary.State);
        // Two links and one redirect are out of scope; two links exceed the depth limit.
        Assert.Equal(new SummaryPages(3, 3, new SummarySkipped(0, 3, 2, 1, 2), 0) { Duplicates = 1 }, summary.Pages);
        Assert.Equal(PageCounts.Of(records).Succeeded, summary.Pages.Succeeded);
        Assert.Equal(PageCounts.Of(records).Failed, summary.Pages.Failed);
        Assert.Equal(records.Sum(r => r.Bytes), summary.Bytes);
        Assert.Equal(
            records.Where(r => r.Error is not null).CountBy(r => r.Error!.Code).OrderBy(e => e.Key).ToList(),
            summary.Errors.Select(e => KeyValuePair.Create(e.Code, e.Count)).OrderBy(e => e.Key).ToList()
        );
        Assert.Equal(ErrorCode.UnsupportedType, summary.Errors[0].Code);
        Assert.Equal(site.Url("/picture.png"), summary.Errors[0].Example);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 3)]
    [InlineData(33, 3)]
    public async Task Crawl_PageLimit_StopsExactlyThereAndCountsTheRestAsSkipped(int maxPages, int lanes)
    {
        await using var site = await CrawlSite.StartAsync(60);
        site.Special["/p/2"] = Status(404);
        site.Special["/p/3"] = context =>
        {
            context.Response.ContentType = "image/png";
            return context.Response.WriteAsync("png");
        };
        var store = new MemoryBlobStore();
        await CrawlRig.CrawlAsync(
            store,
            CrawlRig.Request(site) with
            {
                MaxPages = maxPages,
                Concurrency = lanes * 2,
                PagesPerBrowser = 2,
            }
        );
        var counts = PageCounts.Of(await CrawlRig.RecordsAsync(store));
        var summary = (await new CrawlBlobs(store, CrawlRig.Id).GetSummaryAsync(Cancellation))!;
        Assert.Equal(maxPages, counts.TowardsLimit);
        Assert.Equal(maxPages > 3 ? 1 : 0, counts.Skipped);
        Assert.Equal(
            (counts.Succeeded, counts.Failed, 0),
            (summary.Pages.Succeeded, summary.Pages.Failed, summary.Pages.Pending)
        );
        Assert.True(summary.Pages.Skipped.Limit > 0);
    }

    private static RequestDelegate Redirect(string to) =>
        context =>
        {
            context.Response.Redirect(to);
            return Task.CompletedTask;
        };

    private static RequestDelegate Status(int status) =>
        context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
}
