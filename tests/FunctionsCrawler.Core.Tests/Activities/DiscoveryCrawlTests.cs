using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Activities;

/// <summary>How whole crawls find pages, in which order, and which URLs they take for the same page.</summary>
public sealed class DiscoveryCrawlTests
{
    private readonly MemoryBlobStore _store = new();

    [Fact]
    public async Task Sitemap_InWellKnownPlace_IsFoundWithoutRecordsOfTheOtherPlaces()
    {
        await using var site = await CrawlSite.StartAsync(3);
        site.Special["/docs/start"] = context => CrawlSite.HtmlAsync(context, "/p/2");
        // Answers every other place with a page, as many servers do.
        site.Special["/docs/sitemap.xml"] = site.Special["/sitemap.xml"] = context => CrawlSite.HtmlAsync(context);
        site.Special["/sitemap_index.xml"] = context =>
            WriteAsync(context, "<urlset><url><loc>/docs/listed</loc></url></urlset>");
        site.Special["/docs/listed"] = context => CrawlSite.HtmlAsync(context, "/p/1");

        await CrawlAsync(site, "/docs/start", r => r with { Sitemap = SitemapUse.Include, MaxDepth = 1 });

        Assert.Equal(["/docs/start 0 ", "/sitemap_index.xml 0 ", "/p/2 1 ", "/docs/listed 1 "], await OutcomesAsync());
    }

    [Fact]
    public async Task Sitemap_DeclaredByThePage_IsFound()
    {
        await using var site = await CrawlSite.StartAsync(1);
        site.Special["/docs/start"] = context =>
            WriteAsync(
                context,
                "<html><link rel=sitemap href=/none.xml><link rel='alternate SITEMAP' href=/declared.xml><p>Text</html>",
                "text/html"
            );
        site.Special["/declared.xml"] = site.Special["/sitemap.xml"] = context =>
            WriteAsync(context, $"<urlset><url><loc>{site.Url("/p/0")}</loc></url></urlset>");

        await CrawlAsync(site, "/docs/start", r => r with { Sitemap = SitemapUse.Only });

        Assert.Equal(["/docs/start 0 ", "/declared.xml 0 ", "/p/0 1 "], await OutcomesAsync());
    }

    [Fact]
    public async Task Sitemap_None_OnlyTheStartPage()
    {
        await using var site = await CrawlSite.StartAsync(30);

        await CrawlAsync(site, "/p/0", r => r with { Sitemap = SitemapUse.Only });

        Assert.Equal(["/p/0 0 "], await OutcomesAsync());
    }

    [Fact]
    public async Task Sitemap_OfAnotherHost_IsReadButItsPagesMustBeInScope()
    {
        await using var site = await CrawlSite.StartAsync(3);
        await using var other = await CrawlSite.StartAsync(3);
        site.Special["/robots.txt"] = context =>
            context.Response.WriteAsync($"Sitemap: {other.Url("/map.xml")}\nSitemap: not here\n");
        other.Special["/map.xml"] = context =>
            WriteAsync(
                context,
                $"<urlset><url><loc>{site.Url("/p/1")}</loc></url><url><loc>{other.Url("/p/2")}</loc></url><url><loc>data:,x</loc></url></urlset>"
            );

        await CrawlAsync(
            site,
            "/p/0",
            r => r with { Sitemap = SitemapUse.Only, Scope = ScopeKind.Origin, MaxDepth = 1 }
        );

        Assert.Equal(["/p/0 0 ", "/map.xml 0 ", "/not%20here 0 Http4xx", "/p/1 1 "], await OutcomesAsync());
        var summary = (await new CrawlBlobs(_store, CrawlRig.Id).GetSummaryAsync(Cancellation))!;
        Assert.Equal((1, 1), (summary.DroppedEntries, summary.Pages.Skipped.Scope));
    }

    [Fact]
    public async Task Sitemap_ManyStartPagesOfASite_IsLookedForOnce()
    {
        await using var site = await CrawlSite.StartAsync(60);
        var request = CrawlRig.Request(site) with
        {
            Urls = [.. Enumerable.Range(0, 60).Select(n => site.Url($"/p/{n}"))],
            Sitemap = SitemapUse.Only,
        };

        await CrawlRig.CrawlAsync(_store, request);

        Assert.Equal(1, site.Log.Count(path => path == "/sitemap.xml"));
        Assert.Equal(60, (await CrawlRig.RecordsAsync(_store)).Count);
    }

    [Fact]
    public async Task Sitemap_ListsItself_EndsWithOneRecordOfIt()
    {
        await using var site = await CrawlSite.StartAsync(3);
        site.Special["/sitemap.xml"] = context =>
            WriteAsync(
                context,
                "<sitemapindex><sitemap><loc>/sitemap.xml</loc></sitemap><sitemap><loc>/sitemap.xml?2</loc></sitemap></sitemapindex>"
            );

        await CrawlAsync(site, "/sitemap.xml", r => r with { Mode = CrawlMode.Auto, MaxDepth = 1 });

        Assert.Equal(["/sitemap.xml 0 ", "/sitemap.xml 0 "], await OutcomesAsync());
    }

    [Fact]
    public async Task Order_DepthFirst_VisitsThePagesOfADeepLinkBeforeItsSiblings()
    {
        await using var site = await CrawlSite.StartAsync(0);
        site.Special["/start"] = context =>
            CrawlSite.HtmlAsync(context, Enumerable.Range(0, 60).Select(n => $"/a/{n}"));
        for (var n = 0; n < 60; n++)
            site.Special[$"/a/{n}"] = context => CrawlSite.HtmlAsync(context, context.Request.Path + "/child");
        for (var n = 0; n < 60; n++)
            site.Special[$"/a/{n}/child"] = context => CrawlSite.HtmlAsync(context);

        await CrawlAsync(site, "/start", r => r with { Order = CrawlOrder.DepthFirst, MaxPages = 51 });

        var records = await CrawlRig.RecordsAsync(_store);
        // A wave of 25 pages, then their children, although 35 siblings wait.
        Assert.Equal(
            [.. Enumerable.Repeat(0, 1), .. Enumerable.Repeat(1, 25), .. Enumerable.Repeat(2, 25)],
            records.Select(r => r.Depth)
        );
        Assert.Equal(records.Count, records.Select(r => r.Url).Distinct().Count());
    }

    [Fact]
    public async Task Order_BestFirst_VisitsThePagesWithKeywordsWithinTheLimit()
    {
        await using var site = await CrawlSite.StartAsync(0);
        site.Special["/start"] = context =>
            CrawlSite.HtmlAsync(context, Enumerable.Range(0, 100).Select(n => n % 10 == 9 ? $"/guide/{n}" : $"/x/{n}"));
        for (var n = 0; n < 100; n++)
            site.Special[n % 10 == 9 ? $"/guide/{n}" : $"/x/{n}"] = context => CrawlSite.HtmlAsync(context);

        await CrawlAsync(
            site,
            "/start",
            r => r with { Order = CrawlOrder.BestFirst, Keywords = ["Guide"], MaxPages = 11 }
        );

        Assert.All(
            (await CrawlRig.RecordsAsync(_store)).Skip(1),
            r => Assert.Contains("/guide/", r.Url, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(CrawlOrder.DepthFirst)]
    [InlineData(CrawlOrder.BestFirst)]
    public async Task Order_WholeSite_SamePagesAsBreadthFirstEachOnce(CrawlOrder order)
    {
        await using var site = await CrawlSite.StartAsync(200);
        await CrawlRig.CrawlAsync(_store, CrawlRig.Request(site));
        var breadthFirst = (await CrawlRig.RecordsAsync(_store)).Select(r => r.Url).Order(StringComparer.Ordinal);
        var other = new MemoryBlobStore();

        await CrawlRig.CrawlAsync(other, CrawlRig.Request(site) with { Order = order, Keywords = ["7"] });

        Assert.Equal(
            breadthFirst,
            (await CrawlRig.RecordsAsync(other)).Select(r => r.Url).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData(CrawlOrder.DepthFirst)]
    [InlineData(CrawlOrder.BestFirst)]
    public async Task Order_PagesCompleteInAnyOrder_SamePlans(CrawlOrder order)
    {
        await using var site = await CrawlSite.StartAsync(150);
        var request = CrawlRig.Request(site) with
        {
            Order = order,
            Keywords = ["1"],
            Concurrency = 6,
            PagesPerBrowser = 2,
        };
        await CrawlRig.CrawlAsync(_store, request);
        site.Delay = (path, token) =>
            Task.Delay(TimeSpan.FromMilliseconds(path[^1] * 7 % 20), TimeProvider.System, token);
        var other = new MemoryBlobStore();

        await CrawlRig.CrawlAsync(other, request);

        var inputs = await CrawlRig.InputsAsync(_store);
        Assert.True(inputs.Count > 3, $"{inputs.Count} chunks");
        Assert.Equal(inputs, await CrawlRig.InputsAsync(other));
    }

    [Fact]
    public async Task Order_TooDeepOnOneWay_IsTakenOnAShorterOneFoundLater()
    {
        await using var site = await CrawlSite.StartAsync(0);
        site.Special["/start"] = context => CrawlSite.HtmlAsync(context, ["/long", "/short"]);
        site.Special["/long"] = context => CrawlSite.HtmlAsync(context, "/longer");
        site.Special["/longer"] = context => CrawlSite.HtmlAsync(context, "/target");
        site.Special["/short"] = context => CrawlSite.HtmlAsync(context, "/target");
        site.Special["/target"] = context => CrawlSite.HtmlAsync(context);

        await CrawlAsync(site, "/start", r => r with { Order = CrawlOrder.DepthFirst, MaxDepth = 2 });

        Assert.Contains("/target 2 ", await OutcomesAsync());
    }

    [Theory]
    [InlineData(PageFormat.Metadata)]
    [InlineData(PageFormat.Markdown)]
    public async Task Canonical_On_PagesWithTheSameAreDuplicatesAndItIsCrawled(PageFormat format)
    {
        await using var site = await CrawlSite.StartAsync(0);
        site.Special["/start"] = context => CrawlSite.HtmlAsync(context, ["/a?1", "/a?2", "/elsewhere"]);
        site.Special["/a"] = context => WriteHtmlAsync(context, "/a");
        site.Special["/elsewhere"] = context => WriteHtmlAsync(context, "https://elsewhere.example/a");

        var policy = new UrlPolicy { Canonical = true };
        var extract = new ExtractOptions { Formats = [format] };
        await CrawlAsync(site, "/start", r => r with { UrlPolicy = policy, Extract = extract });

        var records = await CrawlRig.RecordsAsync(_store);
        Assert.Equal(
            ["/start ", "/a?1 ", "/a?2 /a?1", "/elsewhere ", "/a /a?1"],
            records.Select(r => $"{PathOf(r.Url)} {(r.DuplicateOf is { } first ? PathOf(first) : "")}")
        );
    }

    [Fact]
    public async Task UrlPolicy_SessionsAndIndexFiles_OnePageEach()
    {
        await using var site = await CrawlSite.StartAsync(0);
        site.Special["/start"] = context =>
            CrawlSite.HtmlAsync(context, ["/a/?PHPSESSID=1", "/a/index.html?PHPSESSID=2", "/a", "/a/#/route"]);
        site.Special["/a"] = context => CrawlSite.HtmlAsync(context);
        var policy = new UrlPolicy
        {
            DropSessionIds = true,
            DropIndexFiles = true,
            TrailingSlash = TrailingSlash.Remove,
        };

        await CrawlAsync(site, "/start", r => r with { UrlPolicy = policy });

        Assert.Equal(["/start 0 ", "/a 1 "], await OutcomesAsync());
    }

    [Fact]
    public async Task Patterns_RegularExpressions_SelectLinks()
    {
        await using var site = await CrawlSite.StartAsync(40);

        await CrawlAsync(
            site,
            "/p/0",
            r => r with { Include = ["re:^/p/[0-9]$"], Exclude = ["re:/[12]$"], MaxDepth = 2 }
        );

        Assert.All((await OutcomesAsync()).Skip(1), path => Assert.Matches("^/p/[03-9] ", path));
    }

    [Theory]
    [InlineData(ContentKind.Html, "/start 0 |/a.json 1 UnsupportedType|/a.txt 1 UnsupportedType")]
    [InlineData(ContentKind.Json, "/start 0 UnsupportedType|/a.json 1 |/a.txt 1 UnsupportedType")]
    [InlineData(ContentKind.Text, "/start 0 UnsupportedType|/a.json 1 UnsupportedType|/a.txt 1 ")]
    public async Task Types_One_OthersAreSkippedButHtmlIsFollowed(ContentKind kind, string expected)
    {
        await using var site = await CrawlSite.StartAsync(0);
        site.Special["/start"] = context => CrawlSite.HtmlAsync(context, ["/a.json", "/a.txt"]);
        site.Special["/a.json"] = context => WriteAsync(context, "{\"a\": \"```\"}", "application/json");
        site.Special["/a.txt"] = context => WriteAsync(context, "text", "text/plain");

        await CrawlAsync(site, "/start", r => r with { Types = [kind] });

        Assert.Equal(expected.Split('|'), await OutcomesAsync());
        if (kind == ContentKind.Json)
            Assert.Equal("````json\n{\"a\": \"```\"}\n````\n", (await CrawlRig.RecordsAsync(_store))[1].Markdown);
    }

    [Fact]
    public async Task Types_FeedOrPdfThatIsNone_IsARecordWithACode()
    {
        await using var site = await CrawlSite.StartAsync(0);
        site.Special["/start"] = context => CrawlSite.HtmlAsync(context, ["/a.xml", "/b.xml", "/c.pdf", "/d.pdf"]);
        site.Special["/a.xml"] = context => WriteAsync(context, "<svg/>");
        site.Special["/b.xml"] = context => WriteAsync(context, "<rss><!DOCTYPE");
        site.Special["/c.pdf"] = context => WriteAsync(context, "<html>Not found", "application/pdf");
        site.Special["/d.pdf"] = context => CrawlSite.HtmlAsync(context);

        await CrawlAsync(site, "/start", r => r with { Types = [ContentKind.Html, ContentKind.Feed, ContentKind.Pdf] });

        Assert.Equal(
            ["/start 0 ", "/a.xml 1 UnsupportedType", "/b.xml 1 Protocol", "/c.pdf 1 Protocol", "/d.pdf 1 "],
            await OutcomesAsync()
        );
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task CrawlAsync(CrawlSite site, string start, Func<CrawlRequest, CrawlRequest> change) =>
        await CrawlRig.CrawlAsync(
            _store,
            change(CrawlRig.Request(site) with { Urls = [site.Url(start)], Concurrency = 1 })
        );

    private async Task<List<string>> OutcomesAsync() =>
        [
            .. (await CrawlRig.RecordsAsync(_store)).Select(r =>
                $"{new Uri(r.Url).AbsolutePath} {r.Depth} {r.Error?.Code}"
            ),
        ];

    private static string PathOf(string url) => new Uri(url).PathAndQuery;

    private static Task WriteAsync(HttpContext context, string text, string type = "application/xml")
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text);
    }

    private static Task WriteHtmlAsync(HttpContext context, string canonical) =>
        WriteAsync(context, $"<html><link rel=canonical href='{canonical}'><p>Text</html>", "text/html");
}
