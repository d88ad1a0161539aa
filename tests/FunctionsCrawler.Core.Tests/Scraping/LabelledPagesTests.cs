using System.Text.Json;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Testing;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Scraping;

/// <summary>Decides over labelled pages which of them need a browser.</summary>
public sealed class LabelledPagesTests : IAsyncLifetime
{
    private const int PagesOfShape = 4;

    private CrawlSite _site = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _site = await CrawlSite.StartAsync(pages: 0);
        foreach (var shape in RenderShapes.All)
        {
            for (var n = 0; n < PagesOfShape; n++)
            {
                var (name, html) = (shape.Name, shape.Html(n));
                var content = RenderShapes.Article(name, n);
                _site.Special[$"/content/{name}/{n}"] = context => SendAsync(context, content);
                _site.Special[$"/{name}/{n}"] = context =>
                    SendAsync(context, PassesGate(context, name) ? content : html);
            }
        }
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Crawl_LabelledPages_RendersThoseThatNeedItAndNoOthers()
    {
        Requires.Installed(Need.Chromium, ChromiumLocator.Find(out var fault) is not null, $"No browser: {fault}");
        var shapes = RenderShapes.All;
        var records = (await CrawlAsync(new MemoryBlobStore(), shapes)).ToDictionary(r => new Uri(r.Url).AbsolutePath);

        var pages = shapes
            .SelectMany(shape => Enumerable.Range(0, PagesOfShape).Select(n => (Shape: shape, N: n)))
            .Select(p => (p.Shape, p.N, Record: records[$"/{p.Shape.Name}/{p.N}"]))
            .ToList();
        var needing = pages.Where(p => p.Shape.Needs(p.N)).ToList();
        var others = pages.Where(p => !p.Shape.Needs(p.N)).ToList();
        var missing = pages.Where(p => !HasContent(p.Shape, p.N, p.Record)).ToList();
        var inVain = others.Where(p => p.Record.RenderedBy == RenderedBy.Browser).ToList();
        Figures.Report(
            $"Adaptive rendering: {shapes.Count} shapes, {pages.Count} pages. "
                + $"Delivered without their content: {missing.Count}. "
                + $"Rendered in vain: {inVain.Count} of {others.Count}; "
                + $"verified: {others.Count(p => p.Record.RenderReason == RenderReason.Verified)}. "
                + $"Rendered of those that need it: {needing.Count(p => p.Record.RenderedBy == RenderedBy.Browser)} of {needing.Count}."
        );
        Assert.True(
            missing.Count <= 0.01 * needing.Count,
            $"without content: {string.Join(", ", missing.Select(Describe))}"
        );
        Assert.True(
            inVain.Count <= 0.05 * others.Count,
            $"rendered in vain: {string.Join(", ", inVain.Select(Describe))}"
        );
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Crawl_SameSiteTwice_LearnsAndDecidesTheSame()
    {
        Requires.Installed(Need.Chromium, ChromiumLocator.Find(out var fault) is not null, $"No browser: {fault}");
        string[] names =
        [
            "plain",
            "analytics",
            "spa-fetch",
            "mixed",
            "late-table",
            "short-note",
            "unnamed-root",
            "theme",
        ];
        var shapes = RenderShapes.All.Where(shape => names.Contains(shape.Name, StringComparer.Ordinal)).ToList();
        Assert.Equal(names.Length, shapes.Count);
        var first = new MemoryBlobStore();
        var second = new MemoryBlobStore();

        var records = await CrawlAsync(first, shapes);
        var again = await CrawlAsync(second, shapes);

        Assert.Equal(records.Select(Decision), again.Select(Decision));
        Assert.Equal(await PlansAsync(first), await PlansAsync(second));
        Assert.Equal(await CrawlRig.InputsAsync(first), await CrawlRig.InputsAsync(second));
        static string Decision(PageRecord r) => $"{r.Url} {r.RenderedBy} {r.Markdown}";
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Crawl_StaticSite_SamePagesLinksAndMarkdownAsAlways()
    {
        Requires.Installed(Need.Chromium, ChromiumLocator.Find(out var fault) is not null, $"No browser: {fault}");
        string[] names = ["plain", "analytics", "theme", "structured-data", "menu", "tooltips", "noscript-banner"];
        var paths = names.SelectMany(name => Enumerable.Range(0, PagesOfShape).Select(n => $"/{name}/{n}")).ToList();
        var links = string.Concat(paths.Select(path => $"<li><a href='{path}'>To {path}</a></li>"));
        _site.Special["/"] = context => SendAsync(context, $"<h1>All pages</h1><ul>{links}</ul>");

        var auto = await FollowAsync(RenderMode.Auto);
        var always = await FollowAsync(RenderMode.Always);

        Assert.Equal(paths.Count + 1, auto.Count);
        Assert.Equal(always.Select(Content), auto.Select(Content));
        Assert.Equal(always.SelectMany(r => r.Links), auto.SelectMany(r => r.Links));
        Assert.All(auto, r => Assert.Equal(RenderedBy.Http, r.RenderedBy));
        Assert.All(always, r => Assert.Equal(RenderedBy.Browser, r.RenderedBy));

        static (string, string?, string?, string?) Content(PageRecord r) =>
            (r.Url, r.Title, r.Markdown, r.MainMarkdown);

        async Task<List<PageRecord>> FollowAsync(RenderMode render)
        {
            var request = CrawlRig.Request(_site);
            (request.Render, request.Urls) = (render, [_site.Url("/")]);
            return await RunAsync(new MemoryBlobStore(), request);
        }
    }

    private Task<List<PageRecord>> CrawlAsync(IBlobStore store, IReadOnlyList<RenderShape> shapes)
    {
        var request = CrawlRig.Request(_site);
        request.Mode = CrawlMode.Batch;
        request.Render = RenderMode.Auto;
        request.Urls =
        [
            .. Enumerable
                .Range(0, PagesOfShape)
                .SelectMany(n => shapes.Select(shape => _site.Url($"/{shape.Name}/{n}"))),
        ];
        return RunAsync(store, request);
    }

    private static async Task<List<PageRecord>> RunAsync(IBlobStore store, CrawlRequest request)
    {
        await CrawlRig.AcceptAsync(store, request);
        await using var worker = CrawlRig.Worker(store, time: TimeProvider.System);
        await worker.Engine.RunAsync(CrawlRig.Id, _ => { }, Cancellation);
        return await CrawlRig.RecordsAsync(store);
    }

    private static async Task<List<string>> PlansAsync(IBlobStore store)
    {
        var crawl = new CrawlBlobs(store, CrawlRig.Id);
        List<string> plans = [];
        for (var wave = 0; await crawl.GetPlanAsync(wave, Cancellation) is { } plan; wave++)
            plans.Add($"{plan.Planned} {plan.Waiting} {JsonSerializer.Serialize(plan.Lessons)}");
        return plans;
    }

    private static bool HasContent(RenderShape shape, int n, PageRecord record) =>
        record.Error is null && record.Markdown!.Contains(shape.Content(n), StringComparison.Ordinal);

    private static string Describe((RenderShape Shape, int N, PageRecord Record) page) =>
        $"{page.Shape.Name} {page.N} ({page.Record.RenderReason}, {page.Record.RenderedBy}, {page.Record.Error?.Message})";

    // Bot protection and consent pages let those through who bring the cookie.
    private static bool PassesGate(HttpContext context, string name)
    {
        if (name is not ("cookie-gate" or "challenge"))
            return false;
        if (context.Request.Cookies.ContainsKey("passed"))
            return true;
        context.Response.StatusCode = name is "challenge" ? 403 : 200;
        return false;
    }

    private static Task SendAsync(HttpContext context, string html)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(html);
    }
}
