using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Pages of applications with routes, documents, and the map of a site, through the program and a real browser.</summary>
public sealed class DiscoveryTests : EndToEndTest
{
    private const string App = """
        <!doctype html><title>App</title>
        <nav><a href="#/guide">Guide</a> <a href="#!/api">API</a> <a href="#top">Top</a> <a href="/manual">Manual</a></nav>
        <main id="m"></main>
        <script>
        const words = { "#/guide": "Guide words", "#!/api": "Api words" };
        document.getElementById("m").textContent = words[location.hash] || "Start words";
        </script>
        """;

    // As small as a PDF can be: without a table of its objects, which readers rebuild.
    private const string Pdf =
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        + "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"
        + "4 0 obj<</Length 45>>stream\nBT /F1 12 Tf 72 700 Td (Words of a PDF) Tj ET\nendstream endobj\n"
        + "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        + "xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 6>>\nstartxref\n400\n%%EOF\n";

    private TestSite _site = null!;

    public override async ValueTask InitializeAsync() => _site = await TestSite.StartAsync(AnswerAsync);

    public override async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Crawl_ApplicationWithRoutes_StoresEachRouteAndTheDocument()
    {
        NeedsChromium();

        var run = await RunAsync(_site.Url + "app", "--types", "html,pdf", "--allow-private", "--out", "out");

        run.Expect(0);
        var pages = Read("out").Pages.ToDictionary(p => p.Url[_site.Url.Length..], StringComparer.Ordinal);
        Assert.Equal(["app", "app#!/api", "app#/guide", "manual"], pages.Keys.Order(StringComparer.Ordinal));
        Assert.Contains("Start words", pages["app"].Markdown, StringComparison.Ordinal);
        Assert.Contains("Guide words", pages["app#/guide"].Markdown, StringComparison.Ordinal);
        Assert.Contains("Api words", pages["app#!/api"].Markdown, StringComparison.Ordinal);
        Assert.Equal(("Words of a PDF\n", RenderedBy.Http), (pages["manual"].Markdown, pages["manual"].RenderedBy));
        Assert.All(pages.Values, p => Assert.Null(p.DuplicateOf));
    }

    [Theory]
    [InlineData("always", "--no-hash-routes")]
    [InlineData("never", "--quiet")]
    [Needs(Need.Chromium)]
    public async Task Crawl_RoutesOffOrNotRendered_IsOnePage(string render, string option)
    {
        if (render == "always")
            NeedsChromium();

        var run = await RunAsync(
            _site.Url + "app#/guide",
            "--render",
            render,
            option,
            "--allow-private",
            "--out",
            "out"
        );

        run.Expect(0);
        Assert.Equal(["app", "manual"], Read("out").Pages.Select(p => p.Url[_site.Url.Length..]));
    }

    [Fact]
    public async Task Map_Site_PrintsItsUrls()
    {
        var all = await RunAsync("map", _site.Url + "app", "--allow-private");
        var none = await RunAsync("map", _site.Url + "app", "--allow-private", "--search", "absent");
        var missing = await RunAsync("map", _site.Url + "missing", "--allow-private");
        var blocked = await RunAsync("map", _site.Url + "app");

        all.Expect(0);
        string[] expected = ["listed", "app#/guide", "app#!/api", "manual"];
        Assert.Equal(string.Concat(expected.Select(path => _site.Url + path + "\n")), all.Out.ReplaceLineEndings("\n"));
        none.Expect(0);
        Assert.Empty(none.Out);
        missing.Expect(3);
        Assert.Contains("404", missing.Error, StringComparison.Ordinal);
        blocked.Expect(3);
        Assert.Contains("--allow-private", blocked.Error, StringComparison.Ordinal);
    }

    private static Task AnswerAsync(HttpContext context)
    {
        var (type, text) = context.Request.Path.Value switch
        {
            "/app" => ("text/html", App),
            "/manual" => ("application/pdf", Pdf),
            "/sitemap.xml" => ("application/xml", "<urlset><url><loc>/listed</loc></url></urlset>"),
            _ => ("", ""),
        };
        context.Response.StatusCode = type.Length > 0 ? 200 : 404;
        context.Response.ContentType = type;
        return context.Response.WriteAsync(text);
    }
}
