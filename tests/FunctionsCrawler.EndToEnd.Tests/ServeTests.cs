using System.Net;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary><c>crawl serve</c> when it is stopped, killed, restarted and overloaded; and the client commands.</summary>
public sealed class ServeTests : EndToEndTest
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Serve_Terminated_HandsBackAndTheNextStartCompletesTheCrawl()
    {
        NeedsSignals();
        NeedsChromium();
        await using var site = await TreeSite.StartAsync(30);
        var isHeld = site.HoldAfter(12);
        var server = Serve();
        string id;
        using (var client = await ConnectAsync(server))
        {
            id = await client.AcceptAsync(Request(site, "always"));
            await server.UntilAsync(isHeld, "12 requests");
            server.Signal(CrawlProcess.Terminate);
        }
        (await server.ExitAsync()).Expect(0);
        await Place.AssertNoProcessesAsync();
        site.Release();

        server = Serve();
        using (var client = await ConnectAsync(server))
        {
            Assert.Contains("; 1 crawl resumed", server.Out, StringComparison.Ordinal);
            await AssertCompleteAsync(client, id, 30);
            Assert.Equal(0, (await client.SummaryAsync(id)).Browsers.Residue);
        }
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Serve_Killed_TheNextStartCompletesTheCrawl()
    {
        NeedsSignals();
        NeedsChromium();
        Place.MayLeaveFiles = true;
        await using var site = await TreeSite.StartAsync(50);
        var isHeld = site.HoldAfter(25);
        var server = Serve();
        string id;
        using (var client = await ConnectAsync(server))
        {
            id = await client.AcceptAsync(Request(site, "always"));
            await server.UntilAsync(isHeld, "25 requests");
            await server.KillAsync();
        }
        site.Release();

        server = Serve();
        using (var client = await ConnectAsync(server))
            await AssertCompleteAsync(client, id, 50);
        server.Signal(CrawlProcess.Terminate);
        (await server.ExitAsync()).Expect(0);
        // The start removed the orphans of the killed server.
        Assert.Empty(Directory.EnumerateFileSystemEntries(Place.Temp, "fcrawl-*"));
    }

    [Fact]
    [Needs(Need.Chromium)]
    public async Task Serve_ScrapeClientDisconnects_BrowserIsGoneWithinFiveSeconds()
    {
        NeedsSignals();
        NeedsChromium();
        await using var site = await TreeSite.StartAsync(2);
        var isHeld = site.HoldAfter(0);
        var server = Serve();
        using var client = await ConnectAsync(server);
        using (var gone = new CancellationTokenSource())
        {
            var request = new
            {
                url = site.Url + "p/0",
                respectRobots = false,
                render = "always",
            };
            var scraping = client.ScrapeAsync(request, gone.Token);
            await server.UntilAsync(isHeld, "the page was requested");
            Assert.NotEqual(0, await ProcessesAsync());
            await gone.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scraping);
        }

        var since = TimeProvider.System.GetTimestamp();
        while (await ProcessesAsync() > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(5), "the browser still runs");
            await Task.Delay(50, Cancellation);
        }
        site.Release();
        (await client.ScrapeAsync(new { url = site.Url + "p/1" })).Expect(HttpStatusCode.OK);

        async Task<int> ProcessesAsync() =>
            (await client.GetAsync("api/health")).Json.GetProperty("worker").GetProperty("processes").GetInt32();
    }

    [Fact]
    public async Task Serve_Overloaded_AnswersEachRequestAndCompletesAcceptedCrawls()
    {
        await using var site = await TreeSite.StartAsync(1);
        var server = Serve("--max-waiting", "300", "--memory", "512", "--rate", "0");
        using var client = await ConnectAsync(server);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 1000).Select(n => client.SubmitAsync(Request(site, "never"), $"flood-{n}"))
        );

        Assert.All(
            answers.Where(a => a.Status != HttpStatusCode.Accepted),
            a => Assert.True(a.Expect(HttpStatusCode.TooManyRequests).RetryAfter)
        );
        var accepted = answers.Where(a => a.Status == HttpStatusCode.Accepted).Select(a => a.Text("id")!).ToList();
        Assert.InRange(accepted.Count, 300, 1000);
        foreach (var id in accepted)
            Assert.Equal("Completed", (await client.EndAsync(id)).Text("state"));
        var worker = (await client.GetAsync("api/health")).Json.GetProperty("worker");
        Assert.InRange(worker.GetProperty("ownMb").GetInt64(), 1, worker.GetProperty("budgetMb").GetInt64());
        // After the overload, requests are accepted again.
        Assert.Equal(accepted.Count < 1000, answers.Any(a => a.Status != HttpStatusCode.Accepted));
        (await client.SubmitAsync(Request(site, "never"), "later")).Expect(HttpStatusCode.Accepted);
        await client.EndAsync("later");
    }

    [Fact]
    public async Task Serve_FolderInUse_IsRefused()
    {
        await ConnectAsync(Serve());

        var second = (await RunAsync("serve", "--port", "0")).Expect(2);

        Assert.Contains("another process is using it", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_PortInUse_IsRefused()
    {
        using var client = await ConnectAsync(Serve());
        var port = client.Server.Port.ToString();

        var second = (await RunAsync("serve", "--port", port, "--storage", "other")).Expect(2);

        Assert.Contains($"cannot listen on 127.0.0.1, port {port}: ", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_LifecycleOfACrawl_WorkAsDocumented()
    {
        await using var site = await TreeSite.StartAsync(5);
        using var client = await ConnectAsync(Serve());
        var server = client.Server.AbsoluteUri;
        string[] toServer = ["--server", server];

        var submitted = (
            await RunAsync(["submit", site.Url + "p/0", "--render", "never", "--id", "five", .. toServer])
        ).Expect(0);
        Assert.StartsWith($"five {server}api/crawls/five", submitted.Out, StringComparison.Ordinal);
        var waited = (await RunAsync(["status", "five", "--wait", .. toServer])).Expect(0);
        Assert.Contains("five Completed: 100 %, 5 succeeded, 0 failed, 0 queued", waited.Out, StringComparison.Ordinal);
        Assert.Contains("Completed: 5 pages stored", waited.Out, StringComparison.Ordinal);
        var pages = (await RunAsync(["pages", "five", .. toServer])).Expect(0);
        Assert.Equal(5, pages.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var chunks = (await RunAsync(["export", "five", "--chunks", "500", "-o", "-", .. toServer])).Expect(0);
        Assert.Equal(5, chunks.Out.Split('\n').Count(l => l.Contains("\"sourceId\":\"", StringComparison.Ordinal)));
        (await RunAsync(["export", "five", "--format", "sqlite", .. toServer])).Expect(0);
        var database = await File.ReadAllTextAsync(Place.At("five.sqlite"));
        Assert.StartsWith("SQLite format 3\0", database, StringComparison.Ordinal);
        (await RunAsync(["export", "six", .. toServer])).Expect(1);
        Assert.False(File.Exists(Place.At("six.jsonl")));
        var cancelled = (await RunAsync(["cancel", "five", .. toServer])).Expect(1);
        Assert.Contains("has already ended", cancelled.Error, StringComparison.Ordinal);
        var unknown = (await RunAsync(["status", "six", .. toServer])).Expect(1);
        Assert.Contains("There is no crawl 'six'", unknown.Error, StringComparison.Ordinal);
        var failed = (await RunAsync(["submit", site.Url + "none", "--render", "never", "--wait", .. toServer])).Expect(
            3
        );
        Assert.Contains("0 pages stored, 1 failed", failed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_NoServer_ReportIt()
    {
        var unreachable = (await RunAsync("status", "a", "--server", "http://127.0.0.1:9")).Expect(1);
        Assert.StartsWith(
            "crawl: no server answers at http://127.0.0.1:9 (",
            unreachable.Error,
            StringComparison.Ordinal
        );
        Assert.Contains("start one with 'crawl serve'", unreachable.Error, StringComparison.Ordinal);
        var wrong = (await RunAsync("status", "a", "--server", "localhost")).Expect(2);
        Assert.Contains(
            "the server is 'localhost'; it must be an http or https URL",
            wrong.Error,
            StringComparison.Ordinal
        );
    }

    private static object Request(TestSite site, string render) =>
        new
        {
            urls = new[] { site.Url + "p/0" },
            maxDepth = 20,
            render,
        };

    private static async Task AssertCompleteAsync(ContractClient client, string id, int pages)
    {
        Assert.Equal("Completed", (await client.EndAsync(id)).Text("state"));
        var paths = (await client.PagesAsync(id)).Select(r => CrawlOutput.PathOf(r.Url));
        Assert.Equal(TreeSite.Paths(pages), paths.Order(StringComparer.Ordinal));
    }

    private static async Task<ContractClient> ConnectAsync(CrawlProcess server) =>
        new(await Workplace.ServeAsync(server));

    private CrawlProcess Serve(params string[] more) =>
        Place.Start(["serve", "--port", "0", "--allow-private", .. more]);
}
