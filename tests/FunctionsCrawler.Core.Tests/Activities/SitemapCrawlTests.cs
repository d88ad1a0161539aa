using System.IO.Compression;
using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Activities;

public sealed class SitemapCrawlTests
{
    private readonly MemoryBlobStore _store = new();

    [Fact]
    public async Task Crawl_SitemapIndex_CrawlsListedPagesAndFollowsNoLinks()
    {
        await using var site = await CrawlSite.StartAsync(30);
        site.Special["/sitemap.xml"] = context =>
            WriteAsync(context, Index(site, "/part.xml", "/sitemap-2.xml.gz", "/gone.xml"));
        site.Special["/part.xml"] = context => WriteAsync(context, UrlSet(site, "/p/0", "/p/3"));
        site.Special["/sitemap-2.xml.gz"] = context =>
        {
            context.Response.ContentType = "application/gzip";
            return context.Response.Body.WriteAsync(Gzip(UrlSet(site, "/p/3", "/p/4"))).AsTask();
        };
        await CrawlRig.CrawlAsync(_store, Request(site, "/sitemap.xml"));
        Assert.Equal(
            [
                "/sitemap.xml 0 ",
                "/part.xml 0 ",
                "/sitemap-2.xml.gz 0 ",
                "/gone.xml 0 Http4xx",
                "/p/0 1 ",
                "/p/3 1 ",
                "/p/4 1 ",
            ],
            await OutcomesAsync()
        );
    }

    [Fact]
    public async Task Crawl_SitemapsInSitemaps_TheirPagesAreOneLinkAway()
    {
        await using var site = await CrawlSite.StartAsync(1);
        site.Special["/sitemap.xml"] = context => WriteAsync(context, Index(site, "/1.xml"));
        site.Special["/1.xml"] = context => WriteAsync(context, Index(site, "/2.xml", "/sitemap.xml"));
        site.Special["/2.xml"] = context => WriteAsync(context, Index(site, "/3.xml"));
        site.Special["/3.xml"] = context => WriteAsync(context, UrlSet(site, "/p/0"));

        await CrawlRig.CrawlAsync(_store, Request(site, "/sitemap.xml") with { MaxDepth = 1 });

        Assert.Equal(["/sitemap.xml 0 ", "/1.xml 0 ", "/2.xml 0 ", "/3.xml 0 ", "/p/0 1 "], await OutcomesAsync());
    }

    [Fact]
    public async Task Crawl_SitemapsWithoutEnd_EndsAtTheLimitOfPages()
    {
        await using var site = await CrawlSite.StartAsync(1);
        for (var i = 0; i <= 30; i++)
        {
            var next = $"/{i + 1}.xml";
            site.Special[$"/{i}.xml"] = context => WriteAsync(context, Index(site, next));
        }
        site.Special["/sitemap.xml"] = context => WriteAsync(context, Index(site, "/0.xml"));

        await CrawlRig.CrawlAsync(_store, Request(site, "/sitemap.xml") with { MaxPages = 20 });

        Assert.Equal(20, (await OutcomesAsync()).Count());
    }

    [Theory]
    [InlineData("/news.xml")]
    [InlineData("/blog/feed/")]
    public async Task Crawl_FeedSentAsHtml_IsReadAsFeed(string path)
    {
        await using var site = await CrawlSite.StartAsync(1);
        var feed = $"<rss><channel><item><link>{site.Url("/p/0")}</link></item></channel></rss>";
        site.Special[path.TrimEnd('/')] = site.Special[path] = context =>
        {
            context.Response.ContentType = "text/html";
            return context.Response.WriteAsync(feed);
        };

        await CrawlRig.CrawlAsync(_store, Request(site, path));

        Assert.Equal([$"{path} 0 ", "/p/0 1 "], await OutcomesAsync());
    }

    [Fact]
    public async Task Crawl_SitemapAndPage_FollowsTheLinksOfThePage()
    {
        await using var site = await CrawlSite.StartAsync(3);
        site.Special["/sitemap.xml"] = context => WriteAsync(context, UrlSet(site, "/listed"));
        site.Special["/listed"] = context => CrawlSite.HtmlAsync(context, "/p/2");
        site.Special["/page"] = context => CrawlSite.HtmlAsync(context, "/p/1");
        var request = Request(site, "/sitemap.xml") with { MaxDepth = 1 };
        await CrawlRig.CrawlAsync(_store, request with { Urls = [.. request.Urls, site.Url("/page")] });
        Assert.Equal(["/sitemap.xml 0 ", "/page 0 ", "/listed 1 ", "/p/1 1 "], await OutcomesAsync());
    }

    [Theory]
    [InlineData(CrawlMode.Batch)]
    [InlineData(CrawlMode.Recursive)]
    public async Task Crawl_ModeIsNotAuto_SitemapIsUnsupportedType(CrawlMode mode)
    {
        await using var site = await CrawlSite.StartAsync(3);
        site.Special["/sitemap.xml"] = context => WriteAsync(context, UrlSet(site, "/p/0"));
        await CrawlRig.CrawlAsync(_store, Request(site, "/sitemap.xml") with { Mode = mode });
        Assert.Equal(["/sitemap.xml 0 UnsupportedType"], await OutcomesAsync());
    }

    [Fact]
    public async Task Crawl_SitemapIsBrokenOrTooLong_ErrorAndParsedEntriesAreCrawled()
    {
        await using var site = await CrawlSite.StartAsync(3);
        site.Special["/sitemap-broken.xml"] = context =>
            WriteAsync(context, UrlSet(site, "/p/0").Replace("</urlset>", "<url>", StringComparison.Ordinal));
        site.Special["/sitemap-long.xml"] = context =>
            WriteAsync(context, UrlSet(site, [.. Enumerable.Repeat("/p/1", 50_001)]));
        site.Special["/sitemap-page.xml"] = context => CrawlSite.HtmlAsync(context, "/p/2");
        var request = Request(site, "/sitemap-broken.xml");
        await CrawlRig.CrawlAsync(
            _store,
            request with
            {
                Urls = [.. request.Urls, site.Url("/sitemap-long.xml"), site.Url("/sitemap-page.xml")],
            }
        );
        Assert.Equal(
            [
                "/sitemap-broken.xml 0 Protocol",
                "/sitemap-long.xml 0 TooLarge",
                "/sitemap-page.xml 0 Protocol",
                "/p/0 1 ",
                "/p/1 1 ",
            ],
            await OutcomesAsync()
        );
    }

    [Fact]
    public async Task Crawl_Globs_ApplyToPagesAndNotToSitemaps()
    {
        await using var site = await CrawlSite.StartAsync(30);
        site.Special["/sitemap.xml"] = context => WriteAsync(context, Index(site, "/part.xml"));
        site.Special["/part.xml"] = context =>
            WriteAsync(context, UrlSet(site, "/p/0", "/p/3").Replace("/p/0", "/other/0", StringComparison.Ordinal));
        await CrawlRig.CrawlAsync(_store, Request(site, "/sitemap.xml") with { Include = ["/p/*"] });
        Assert.Equal(["/sitemap.xml 0 ", "/part.xml 0 ", "/p/3 1 "], await OutcomesAsync());
    }

    private static CrawlRequest Request(CrawlSite site, string path) =>
        CrawlRig.Request(site) with
        {
            Mode = CrawlMode.Auto,
            Urls = [site.Url(path)],
            Concurrency = 1,
        };

    private async Task<IEnumerable<string>> OutcomesAsync() =>
        (await CrawlRig.RecordsAsync(_store)).Select(r => $"{new Uri(r.Url).AbsolutePath} {r.Depth} {r.Error?.Code}");

    private static string UrlSet(CrawlSite site, params string[] paths) =>
        "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
        + string.Concat(paths.Select(path => $"<url><loc>{site.Url(path)}</loc></url>"))
        + "</urlset>";

    private static string Index(CrawlSite site, params string[] paths) =>
        "<?xml version='1.0'?><sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
        + string.Concat(paths.Select(path => $"<sitemap><loc>{site.Url(path)}</loc></sitemap>"))
        + "</sitemapindex>";

    private static Task WriteAsync(HttpContext context, string xml)
    {
        context.Response.ContentType = "application/xml";
        return context.Response.WriteAsync(xml);
    }

    private static byte[] Gzip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }
}
