using System.Collections.Concurrent;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Network;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.EndToEnd.Tests.Egress;

/// <summary>
/// Crawls and scrapes through a proxy, from the command line, over HTTP and with the library. The site records from which ports it
/// was reached, so it shows whether everything came from the proxy.
/// </summary>
public sealed class ProxyTests : EndToEndTest
{
    private readonly ConcurrentQueue<(string Path, int Port)> _reached = new();
    private readonly TestProxy _proxy = new("http", "user:secret");
    private TestSite _site = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _site = await TestSite.StartAsync(AnswerAsync, robots: AnswerAsync);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _proxy.DisposeAsync();
        await _site.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("never")]
    [InlineData("always")]
    [Needs(Need.Chromium)]
    public async Task Crawl_Proxy_EverythingComesFromItAndNothingNamesItsPassword(string render)
    {
        NeedsChromium();

        var exit = (
            await RunAsync(
                _site.Url,
                "--allow",
                "127.0.0.1",
                "--sitemap",
                "include",
                "--render",
                render,
                "--proxy",
                _proxy.Url,
                "--out",
                "out"
            )
        ).Expect(0);

        // The sitemap has a record too.
        Assert.Equal(3, Read("out").Pages.Count);
        Assert.All(Read("out").Pages, page => Assert.Null(page.Error));
        AssertReachedOnlyByProxy("/", "/page", "/robots.txt", "/sitemap.xml");
        Assert.DoesNotContain("secret", exit.Out + exit.Error, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Place.At("out"), "*", SearchOption.AllDirectories))
            Assert.DoesNotContain("secret", await File.ReadAllTextAsync(file), StringComparison.Ordinal);
        await Testing.Eventually.IsTrueAsync(() => _proxy.Open == 0, "the end of all connections");
    }

    [Fact]
    public async Task Resume_ProxiesNotGiven_DoesNotContinueDirectly()
    {
        string[] proxied = ["--proxy", _proxy.Url];
        string[] crawl = [_site.Url, "--allow", "127.0.0.1", "--render", "never", "--max-pages", "1", "--out", "out"];
        (await RunAsync([.. crawl, .. proxied])).Expect(0);
        _reached.Clear();

        var without = await RunAsync("--resume", "out", "--max-pages", "5");
        Assert.Equal(2, without.Code);
        Assert.Contains(
            "went through proxies, which are not stored; set them again with --proxy or CRAWL_PROXIES",
            without.Error,
            StringComparison.Ordinal
        );
        Assert.Empty(_reached);

        (await RunAsync(["--resume", "out", "--max-pages", "5", .. proxied])).Expect(0);
        Assert.Equal(2, Read("out").Pages.Count);
        AssertReachedOnlyByProxy("/page");
    }

    [Fact]
    public async Task Server_ProxyInTheEnvironment_ScrapesThroughIt()
    {
        var surroundings = new Surroundings
        {
            Environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["CRAWL_PROXIES"] = _proxy.Url },
        };
        var server = Place.Start(["serve", "--port", "0", "--allow", "127.0.0.1"], surroundings);
        using var client = new ContractClient(await Workplace.ServeAsync(server));

        var answer = await client.ScrapeAsync(new { url = _site.Url, render = "never" });

        Assert.Equal(System.Net.HttpStatusCode.OK, answer.Status);
        AssertReachedOnlyByProxy("/", "/robots.txt");
    }

    [Fact]
    public async Task Library_Proxy_ScrapesThroughItOrFails()
    {
        var request = new PageRequest { Url = _site.Url, Render = RenderMode.Never };
        await using (var crawler = new Crawler(new CrawlerOptions { Allow = ["127.0.0.1"], Proxies = [_proxy.Url] }))
            Assert.Null((await crawler.ScrapeAsync(_site.Url, request, TestContext.Current.CancellationToken)).Error);
        AssertReachedOnlyByProxy("/", "/robots.txt");
        _reached.Clear();

        await using var wrong = new Crawler(new CrawlerOptions { Allow = ["127.0.0.1"], Proxies = [_proxy.Name] });
        var failed = await wrong.ScrapeAsync(_site.Url, request, TestContext.Current.CancellationToken);
        Assert.NotNull(failed.Error);
        Assert.Empty(_reached);
    }

    [Fact]
    public async Task Scrape_ProxyRefuses_NamesItWithoutThePassword()
    {
        var wrong = _proxy.Url.Replace("secret", "other", StringComparison.Ordinal);

        var exit = await RunAsync([
            "scrape",
            _site.Url,
            "--allow",
            "127.0.0.1",
            "--render",
            "never",
            "--ignore-robots",
            "--proxy",
            wrong,
        ]);

        Assert.Equal(3, exit.Code);
        Assert.Contains(
            $"the proxy {_proxy.Name} refused the connection (407: it did not accept the user name and password)",
            exit.Error,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("other", exit.Out + exit.Error, StringComparison.Ordinal);
        Assert.Empty(_reached);
    }

    [Fact]
    public async Task Scrape_InvalidProxy_SaysWhatIsAllowedWithoutTheValue()
    {
        var exit = await RunAsync("scrape", _site.Url, "--proxy", "http://user:secret@host");

        Assert.Equal(2, exit.Code);
        Assert.Contains("--proxy: the proxy has no port; use http://host:port", exit.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", exit.Error, StringComparison.Ordinal);
    }

    private void AssertReachedOnlyByProxy(params string[] paths)
    {
        Assert.All(paths, path => Assert.Contains(path, _reached.Select(r => r.Path)));
        Assert.All(_reached, r => Assert.Contains(r.Port, _proxy.Ports));
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.PathBase + context.Request.Path;
        _reached.Enqueue((path, context.Connection.RemotePort));
        if (path == "/robots.txt")
            return context.Response.WriteAsync($"Sitemap: {_site.Url}sitemap.xml\n");
        context.Response.ContentType = path == "/sitemap.xml" ? "application/xml" : "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            path == "/sitemap.xml"
                ? $"<urlset><url><loc>{_site.Url}page</loc></url></urlset>"
                : $"<title>{path}</title><h1>{path}</h1><p>Some text of this page.</p><a href=/page>page</a>"
        );
    }
}
