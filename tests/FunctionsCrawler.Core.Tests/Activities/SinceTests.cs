using System.Collections.Concurrent;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Testing;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Activities;

/// <summary>A crawl that names an earlier one asks whether its pages have changed.</summary>
public sealed class SinceTests : IAsyncLifetime
{
    private const string Earlier = "monday";
    private const string Later = "tuesday";
    private const int Pages = 30;

    private readonly MemoryBlobStore _store = new();

    // The paths of requests with a condition.
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ConcurrentDictionary<string, string> _bodies = new(StringComparer.Ordinal);
    private CrawlSite _site = null!;
    private bool _hasValidators = true;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _site = await CrawlSite.StartAsync(pages: 0);
        for (var n = 0; n < Pages; n++)
            Set(n, $"first version of page {n}", (2 * n) + 1, (2 * n) + 2);
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    public async Task Crawl_NothingChanged_TakesEveryPageFromTheEarlierCrawl()
    {
        await CrawlAsync(Earlier);
        _site.ClearLog();

        var summary = await CrawlAsync(Later, Earlier);

        Assert.Equal(new SummaryChanges(Earlier, Pages, 0, 0, 0), summary.Changes);
        Assert.Equal(Pages, _site.Log.Count);
        Assert.Equal(Pages, _asked.Distinct(StringComparer.Ordinal).Count());
        var (before, after) = (await RecordsAsync(Earlier), await RecordsAsync(Later));
        Assert.Equal(before.Select(Content), after.Select(Content));
        Assert.All(after, record => Assert.True(record.Unchanged));
        Assert.All(before, record => Assert.Null(record.Unchanged));
        Assert.True(after.Min(r => r.FetchedAt) > before.Max(r => r.FetchedAt));
    }

    [Fact]
    public async Task Crawl_PagesChangedAddedAndRemoved_AreCountedAndListed()
    {
        await CrawlAsync(Earlier);
        // Page 29 is only linked from page 14, and page 100 is new.
        Set(14, "second version of page 14", 100);
        Set(100, "a new page");

        var summary = await CrawlAsync(Later, Earlier);

        Assert.Equal(new SummaryChanges(Earlier, Pages - 2, 1, 1, 1), summary.Changes);
        var changed = Assert.Single(await RecordsAsync(Later), r => r.Unchanged is false);
        Assert.Contains("second version", changed.Markdown, StringComparison.Ordinal);
        var diff = await CrawlDiff
            .CompareAsync(new CrawlBlobs(_store, Earlier), new CrawlBlobs(_store, Later), Cancellation)
            .Where(change => change.Change != ChangeKind.Unchanged)
            .Select(change => (change.Change, new Uri(change.Url).AbsolutePath))
            .ToListAsync(Cancellation);
        Assert.Equal(
            [(ChangeKind.Changed, "/p/14"), (ChangeKind.Added, "/p/100"), (ChangeKind.Removed, "/p/29")],
            diff
        );
    }

    [Fact]
    public async Task Crawl_ServerSendsNoValidators_ComparesTheContent()
    {
        _hasValidators = false;
        await CrawlAsync(Earlier);
        Set(3, "second version of page 3", 7, 8);

        var summary = await CrawlAsync(Later, Earlier);

        Assert.Empty(_asked);
        Assert.Equal(new SummaryChanges(Earlier, Pages - 1, 1, 0, 0), summary.Changes);
    }

    [Fact]
    public async Task Crawl_EarlierOneHadOtherOptions_ReadsEveryPage()
    {
        await CrawlAsync(Earlier);

        var summary = await CrawlAsync(Later, Earlier, request => request.RespectRobots = false);

        Assert.Empty(_asked);
        Assert.Equal(new SummaryChanges(Earlier, Pages, 0, 0, 0), summary.Changes);
    }

    [Fact]
    public async Task Crawl_PageRedirects_OnlyTheLastHopIsAskedFor()
    {
        Set(0, "start");
        _site.Special["/p/0"] = context =>
        {
            Note(context);
            context.Response.Redirect("/p/1");
            return Task.CompletedTask;
        };
        await CrawlAsync(Earlier);

        var summary = await CrawlAsync(Later, Earlier);

        Assert.DoesNotContain("/p/0", _asked);
        Assert.Contains("/p/1", _asked);
        var start = (await RecordsAsync(Later))[0];
        Assert.True(start.Unchanged);
        Assert.Equal(_site.Url("/p/1"), start.FinalUrl);
        Assert.Single(start.Redirects);
        Assert.Equal(0, summary.Changes!.Removed);
    }

    [Fact]
    public async Task Crawl_PageFailedBefore_CountsAsAdded()
    {
        var good = _site.Special["/p/2"];
        _site.Special["/p/2"] = static context =>
        {
            context.Response.StatusCode = 410;
            return Task.CompletedTask;
        };
        var before = await CrawlAsync(Earlier);
        _site.Special["/p/2"] = good;

        var summary = await CrawlAsync(Later, Earlier);

        var missing = Pages - before.Pages.Succeeded;
        Assert.Equal(new SummaryChanges(Earlier, Pages - missing, 0, missing, 0), summary.Changes);
    }

    [Fact]
    public async Task Crawl_ChunkOfTheEarlierOneIsDamaged_ItsPagesAreReadAgain()
    {
        await CrawlAsync(Earlier);
        var chunk = new CrawlLayout(Earlier).Chunk(2, 0);
        await _store.PutAsync(chunk, "damaged"u8.ToArray(), PutCondition.None, Cancellation);

        var summary = await CrawlAsync(Later, Earlier);

        Assert.Equal(CrawlState.Completed, summary.State);
        Assert.Equal(Pages, summary.Pages.Succeeded);
        Assert.InRange(summary.Changes!.Added, 1, Pages - 1);
        Assert.Equal(0, summary.Changes.Removed);
    }

    [Fact]
    public async Task Crawl_EarlierOneWasDeletedAfterAcceptance_ReadsEveryPage()
    {
        await CrawlAsync(Earlier);
        await new CrawlBlobs(_store, Earlier).DeleteAllAsync(Cancellation);

        var summary = await CrawlAsync(Later, Earlier);

        Assert.Equal(new SummaryChanges(Earlier, 0, 0, Pages, 0), summary.Changes);
    }

    [Fact]
    public async Task Crawl_NotModifiedWithoutACondition_IsAnError()
    {
        _site.Special["/p/0"] = static context =>
        {
            context.Response.StatusCode = 304;
            return Task.CompletedTask;
        };
        await CrawlAsync(Earlier);
        Assert.NotNull(Assert.Single(await RecordsAsync(Earlier)).Error);
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Crawl_RenderedPagesHaveNotChanged_StartsNoBrowser()
    {
        Requires.Installed(Need.Chromium, ChromiumLocator.Find(out var fault) is not null, $"No browser: {fault}");
        var before = await CrawlAsync(Earlier, change: r => (r.Render, r.MaxDepth) = (RenderMode.Always, 1));
        Assert.Equal(3, before.Pages.Succeeded);

        var summary = await CrawlAsync(Later, Earlier, r => (r.Render, r.MaxDepth) = (RenderMode.Always, 1));

        Assert.Equal(0, summary.Browsers.Launches);
        Assert.Equal(new SummaryChanges(Earlier, 3, 0, 0, 0), summary.Changes);
        Assert.All(await RecordsAsync(Later), record => Assert.Equal(RenderedBy.Browser, record.RenderedBy));
    }

    private void Set(int page, string text, params IEnumerable<int> links)
    {
        var path = $"/p/{page}";
        _bodies[path] = text;
        _site.Special[path] = context =>
        {
            Note(context);
            var tag = $"\"{_bodies[path]}\"";
            if (_hasValidators)
                context.Response.Headers.ETag = tag;
            if (context.Request.Headers.IfNoneMatch == tag)
            {
                context.Response.StatusCode = 304;
                return Task.CompletedTask;
            }
            context.Response.ContentType = "text/html";
            var anchors = links.Where(n => _site.Special.ContainsKey($"/p/{n}")).Select(n => $"<a href=/p/{n}>{n}</a>");
            return context.Response.WriteAsync($"<title>{page}</title><p>{_bodies[path]} {string.Join(' ', anchors)}");
        };
    }

    private void Note(HttpContext context)
    {
        if (context.Request.Headers.IfNoneMatch.Count > 0 || context.Request.Headers.IfModifiedSince.Count > 0)
            _asked.Enqueue(context.Request.Path);
    }

    private async Task<CrawlSummary> CrawlAsync(string id, string? since = null, Action<CrawlRequest>? change = null)
    {
        var request = CrawlRig.Request(_site);
        request.Since = since;
        change?.Invoke(request);
        var crawl = new CrawlBlobs(_store, id);
        await crawl.AcceptAsync(new StoredRequest(request, TimeProvider.System.GetUtcNow()), Cancellation);
        var time = request.Render == RenderMode.Never ? null : TimeProvider.System;
        await using var worker = CrawlRig.Worker(_store, time: time);
        await worker.Engine.RunAsync(id, static _ => { }, Cancellation);
        return (await crawl.GetSummaryAsync(Cancellation))!;
    }

    private async Task<List<PageRecord>> RecordsAsync(string id) =>
        await new CrawlBlobs(_store, id).ReadRecordsAsync(Cancellation).ToListAsync(Cancellation);

    // What does not depend on the visit.
    private static PageRecord Content(PageRecord record) =>
        record with
        {
            FetchedAt = default,
            DurationMs = 0,
            Unchanged = null,
            Links = [],
            Redirects = [],
            Metadata = null,
            ResponseHeaders = null,
            Warnings = null,
        };
}
