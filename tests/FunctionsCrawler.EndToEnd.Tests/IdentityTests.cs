using System.Collections.Concurrent;
using System.Net;
using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Pages for which a key, a cookie and a password are needed, and where these may be seen.</summary>
public sealed class IdentityTests : EndToEndTest
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["CRAWL_SECRET_KEY"] = LockedSite.Key,
        ["CRAWL_SECRET_SESSION"] = LockedSite.Session,
        ["CRAWL_SECRET_PASSWORD"] = LockedSite.Password,
    };

    private static readonly string[] Options =
    [
        "--header",
        "X-Api-Key: secret:KEY",
        "--cookie",
        "sid=secret:SESSION",
        "--basic-auth",
        "alice:secret:PASSWORD",
        "--allow-private",
    ];

    private readonly ConcurrentQueue<string> _denied = new();
    private readonly ConcurrentQueue<string> _elsewhere = new();
    private TestSite _other = null!;
    private TestSite _site = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _other = await LockedSite.StartOtherAsync(_elsewhere);
        _site = await LockedSite.StartAsync(
            // Another host: browsers send cookies to all ports of one.
            _other.Url.Replace("127.0.0.1", "localhost", StringComparison.Ordinal) + "image",
            _denied
        );
    }

    public override async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        await _other.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Scrape_Secrets_OpenThePageInABrowser()
    {
        NeedsChromium();
        string[] device = ["--viewport", "700x500", "--locale", "de-DE", "--timezone", "Asia/Tokyo"];
        var exit = await RunAsync(Environment, ["scrape", _site.Url, .. Options, .. device]);

        exit.Expect(0);
        Assert.Contains($"{LockedSite.Content}: 700 de-DE 9", exit.Out, StringComparison.Ordinal);
        AssertShowsNoSecret(exit.Out + exit.Error);
        Assert.NotEmpty(_elsewhere);
        AssertShowsNoSecret(string.Concat(_elsewhere));
        Assert.Empty(_denied);
    }

    [Theory]
    [InlineData("never")]
    [InlineData("always")]
    [Needs(Need.Chromium)]
    public async Task Crawl_Secrets_AreInNoFile(string render)
    {
        NeedsChromium();
        string[] crawl = [_site.Url, "--depth", "2", "--render", render, "--out", "out", "--json"];
        var exit = await RunAsync(Environment, [.. crawl, .. Options]);

        exit.Expect(0);
        Assert.Equal(3, Read("out").Stored.Count());
        AssertShowsNoSecret(exit.Out + exit.Error);
        foreach (var file in Directory.EnumerateFiles(Place.At("out"), "*", SearchOption.AllDirectories))
            AssertShowsNoSecret(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));
        Assert.Empty(_denied);
    }

    [Fact]
    public async Task Scrape_SecretIsNotSet_IsRefusedAndNamed()
    {
        var exit = await RunAsync("scrape", _site.Url, "--header", "X-Api-Key: secret:MISSING", "--render", "never");

        exit.Expect(2);
        Assert.Contains("environment variable CRAWL_SECRET_MISSING", exit.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--viewport", "1280", "--viewport is '1280'; it must be a width and a height")]
    [InlineData("--device", "fridge", "--device is 'fridge'; it must be one of phone, phoneSmall")]
    [InlineData("--locale", "german", "'german' is not a locale")]
    [InlineData("--timezone", "Berlin", "'Berlin' is not a known time zone")]
    [InlineData("--header", "hunter2", "--header has 7 characters without a ':'")]
    [InlineData("--header", "Host: hunter2", "The header Host is not allowed")]
    [InlineData("--cookie", "hunter2", "--cookie has 7 characters without a '='")]
    [InlineData("--basic-auth", "hunter2", "--basic-auth has 7 characters without a ':'")]
    [InlineData("--basic-auth", "a:secret:hunter2", "--basic-auth names a secret of 7 characters")]
    public async Task Scrape_InvalidIdentity_NamesTheOptionButNoSecret(string option, string value, string message)
    {
        var exit = await RunAsync("scrape", "https://a.example/", option, value);

        exit.Expect(2);
        Assert.Contains(message, exit.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", exit.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_GivenTexts_AreInTheStoredRequestOnly()
    {
        var server = Place.Start("serve", "--port", "0", "--storage", "served", "--allow-private");
        using var client = new ContractClient(await Workplace.ServeAsync(server));
        object page = new
        {
            headers = new Dictionary<string, string> { ["X-Api-Key"] = LockedSite.Key },
            cookies = new[] { new { name = "sid", value = LockedSite.Session } },
            basicAuth = new { username = "alice", password = LockedSite.Password },
        };
        var scraped = await client.ScrapeAsync(
            new
            {
                url = _site.Url,
                render = "never",
                page,
            }
        );
        var id = await client.AcceptAsync(
            new
            {
                urls = new[] { _site.Url },
                maxDepth = 1,
                render = "never",
                page,
            }
        );
        var ended = await client.EndAsync(id);
        var pages = await client.GetAsync($"api/crawls/{id}/pages");
        var summary = await client.GetAsync($"api/crawls/{id}/summary");
        var list = await client.GetAsync("api/crawls");
        var refused = await client.ScrapeAsync(
            new
            {
                url = _site.Url,
                page = new { headers = new { Host = LockedSite.Key }, cookies = LockedSite.Session },
            }
        );
        var missing = await client.ScrapeAsync(
            new
            {
                url = _site.Url,
                page = new { headers = new Dictionary<string, object> { ["X-Api-Key"] = new { secret = "MISSING" } } },
            }
        );

        Assert.Contains(LockedSite.Content, scraped.Body, StringComparison.Ordinal);
        Assert.Equal(2, pages.Body.Split(LockedSite.Content).Length / 2);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(HttpStatusCode.BadRequest, missing.Status);
        Assert.Contains("CRAWL_SECRET_MISSING", missing.Body, StringComparison.Ordinal);
        foreach (var answer in (Answer[])[scraped, ended, pages, summary, list, refused, missing])
            AssertShowsNoSecret(answer.Body);
        server.Signal(CrawlProcess.Terminate);
        await server.ExitAsync();
        AssertShowsNoSecret(server.Out + server.Error);
        var files = Directory
            .EnumerateFiles(Place.At("served"), "*", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) is not "request.json")
            .ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
            AssertShowsNoSecret(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));
        Assert.Empty(_denied);
    }

    [Fact]
    public async Task Submit_Secrets_AreReadByTheServer()
    {
        var server = Place.Start(
            ["serve", "--port", "0", "--storage", "served", "--allow-private"],
            new Surroundings { Environment = Environment }
        );
        var address = await Workplace.ServeAsync(server);
        string[] submit = ["submit", _site.Url, "--depth", "0", "--render", "never", "--wait", .. Options[..^1]];
        var exit = await RunAsync([.. submit, "--server", address.AbsoluteUri]);

        exit.Expect(0);
        Assert.Contains("1 page", exit.Out, StringComparison.Ordinal);
        server.Signal(CrawlProcess.Terminate);
        await server.ExitAsync();
        foreach (var file in Directory.EnumerateFiles(Place.At("served"), "*", SearchOption.AllDirectories))
            AssertShowsNoSecret(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));
        Assert.Empty(_denied);
    }

    [Fact]
    public async Task Library_GivenTexts_OpenThePage()
    {
        await using var crawler = new Crawler(new CrawlerOptions { AllowPrivate = true });
        var page = await crawler.ScrapeAsync(
            _site.Url,
            new PageRequest
            {
                Render = RenderMode.Never,
                Page = new PageOptions
                {
                    Headers = new Dictionary<string, SecretText> { ["X-Api-Key"] = LockedSite.Key },
                    Cookies = [new PageCookie { Name = "sid", Value = LockedSite.Session }],
                    BasicAuth = new BasicAuth { Username = "alice", Password = LockedSite.Password },
                },
            },
            TestContext.Current.CancellationToken
        );
        Assert.Null(page.Error);
        Assert.Contains(LockedSite.Content, page.Markdown, StringComparison.Ordinal);
        AssertShowsNoSecret($"{page}{string.Concat(page.ResponseHeaders!)}");
    }

    private Task<CrawlExit> RunAsync(IReadOnlyDictionary<string, string> environment, string[] arguments) =>
        Place.Start(arguments, new Surroundings { Environment = environment }).ExitAsync();

    private static void AssertShowsNoSecret(string text) =>
        Assert.All(LockedSite.Secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
}
