using static FunctionsCrawler.Http.Tests.Compat.CompatSite;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>POST /v2/map and /v1/map.</summary>
public sealed class FirecrawlMapTests
{
    [Fact]
    public async Task Map_SiteWithSitemaps_ListsUrlsOnce()
    {
        await using var site = await CompatSite.StartAsync(("/", Html("/linked?a=1", "/linked?a=2", "/docs/x")));
        site.Add("/sitemap.xml", $"<sitemapindex><sitemap><loc>{site.Url}two.xml</loc></sitemap></sitemapindex>");
        site.Add("/two.xml", $"<sitemapindex><sitemap><loc>{site.Url}three.xml</loc></sitemap></sitemapindex>");
        site.Add("/three.xml", $"<urlset><url><loc>{site.Url}listed</loc></url></urlset>");
        await using var server = await CompatServer.StartAsync();

        var all = (await server.PostAsync("/v2/map", new { url = site.Url })).Expect(200);
        var found = (await server.PostAsync("/v1/map", new { url = site.Url, search = "docs" })).Expect(200);
        var limited = (await server.PostAsync("/v2/map", new { url = site.Url, limit = 1 })).Expect(200);

        Assert.Equal(
            [site.Url + "listed", site.Url + "linked", site.Url + "docs/x"],
            all.Json.GetProperty("links").EnumerateArray().Select(l => l.GetProperty("url").GetString())
        );
        Assert.Equal(
            [site.Url + "docs/x"],
            found.Json.GetProperty("links").EnumerateArray().Select(l => l.GetString())
        );
        Assert.Equal(1, limited.Json.GetProperty("links").GetArrayLength());
        Assert.NotEmpty(limited.Text("warning"));
    }
}
