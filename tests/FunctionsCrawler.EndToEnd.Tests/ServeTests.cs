using System.Net;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary><c>crawl serve</c> as a service: stopped, killed, started again, flooded.</summary>
public sealed class ServeTests : EndToEndTest
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_Terminated_HandsBackAndTheNextStartEndsTheCrawl()
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
            await server.UntilAsync(isHeld, "twelve pages were asked for");
            server.Signal(CrawlProcess.Terminate);
        }
        (await server.ExitAsync()).Expect(0);
        await Place.AssertNoProcessesAsync();
        site.Release();

        server = Serve();
        using (var client = await ConnectAsync(server))
        {
            Assert.Contains("; 1 go on", server.Out, StringComparison.Ordinal);
            await AssertCompleteAsync(client, id, 30);
            Assert.Equal(0, (await client.SummaryAsync(id)).Browsers.Residue);
        }
    }

    [Fact]
    public async Task Serve_Killed_GoesOnByItselfAfterTheNextStart()
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
            await server.UntilAsync(isHeld, "25 pages were asked for");
            await server.KillAsync();
        }
        site.Release();

        server = Serve();
        using (var client = await ConnectAsync(server))
            await AssertCompleteAsync(client, id, 50);
        server.Signal(CrawlProcess.Terminate);
        (await server.ExitAsync()).Expect(0);
        // The start has swept what the killed one left.
        Assert.Empty(Directory.EnumerateFileSystemEntries(Place.Temp, "fcrawl-*"));
    }

    [Fact]
    public async Task Serve_Flooded_AnswersEachRequestAndEndsWhatItAccepted()
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
        // Whoever was refused is taken later.
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

        Assert.Contains($"port {port} cannot be listened on", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_WholeLifeOfACrawl_DoAsTheySay()
    {
        await using var site = await TreeSite.StartAsync(5);
        using var client = await ConnectAsync(Serve());
        var server = client.Server.AbsoluteUri;
        string[] about = ["--server", server];

        var submitted = (
            await RunAsync(["submit", site.Url + "p/0", "--render", "never", "--id", "five", .. about])
        ).Expect(0);
        Assert.StartsWith($"five {server}api/crawls/five", submitted.Out, StringComparison.Ordinal);
        var waited = (await RunAsync(["status", "five", "--wait", .. about])).Expect(0);
        Assert.Contains("five Completed: 5 succeeded, 0 failed, 0 queued", waited.Out, StringComparison.Ordinal);
        Assert.Contains("Completed: 5 pages stored", waited.Out, StringComparison.Ordinal);
        var pages = (await RunAsync(["pages", "five", .. about])).Expect(0);
        Assert.Equal(5, pages.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        var cancelled = (await RunAsync(["cancel", "five", .. about])).Expect(1);
        Assert.Contains("has ended already", cancelled.Error, StringComparison.Ordinal);
        var unknown = (await RunAsync(["status", "six", .. about])).Expect(1);
        Assert.Contains("There is no crawl 'six'", unknown.Error, StringComparison.Ordinal);
        var failed = (await RunAsync(["submit", site.Url + "none", "--render", "never", "--wait", .. about])).Expect(3);
        Assert.Contains("0 pages stored, 1 failed", failed.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_NoServer_SaySo()
    {
        var nobody = (await RunAsync("status", "a", "--server", "http://127.0.0.1:9")).Expect(1);
        Assert.StartsWith("crawl: the server does not answer: ", nobody.Error, StringComparison.Ordinal);
        var wrong = (await RunAsync("status", "a", "--server", "localhost")).Expect(2);
        Assert.Contains(
            "the server is 'localhost'; it takes an http or https URL",
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
