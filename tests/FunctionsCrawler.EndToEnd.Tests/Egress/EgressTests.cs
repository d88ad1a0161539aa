using FunctionsCrawler.AzureStorage.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.EndToEnd.Tests.Egress;

/// <summary>
/// Every way that a page, a redirect or a request could lead the crawler to an address it must not reach, by every entry. Whether
/// it was reached is not asked of the guard: the listener there tells.
/// </summary>
public sealed class EgressTests : EndToEndTest
{
    // The site itself is on loopback, too: it alone is allowed.
    private static readonly string[] Guarded = ["--allow", $"{ProbeSite.Address}/32"];
    private static readonly string[] Unguarded = ["--allow-private", "--allow", "0.0.0.0/8", "--allow", "::/128"];

    private ProbeSite _site = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _site = await ProbeSite.StartAsync(Probes.All);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _site.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task CommandLine_EveryProbe_ReachesNothing()
    {
        NeedsChromium();

        AssertAllTried(await CrawlAsync("always", Guarded));
        AssertAllTried(await CrawlAsync("never", Guarded));

        Assert.Equal("", Names(_site.TakeReached()));
    }

    [Fact]
    public async Task CommandLine_GuardOff_EveryProbeReachesTheListener()
    {
        NeedsChromium();

        await CrawlAsync("always", Unguarded);

        var reached = _site.TakeReached();
        Assert.Equal("", Names(Probes.All.Where(p => !p.IsFenced).Select(p => p.Name).Except(reached)));
        Assert.Equal("", Names(Probes.All.Where(p => p.IsFenced).Select(p => p.Name).Intersect(reached)));

        await CrawlAsync("never", Unguarded);

        Assert.Equal("", Names(Probes.All.Where(p => p.WorksOverHttp).Select(p => p.Name).Except(_site.TakeReached())));
    }

    [Fact]
    public async Task Server_EveryProbeByHttpAndByQueue_ReachesNothing()
    {
        NeedsChromium();
        await using var azurite = await Azurite.StartAsync();
        var account = azurite.Options.ConnectionString!;
        var server = Place.Start(["serve", "--port", "0", "--storage", account, .. Guarded]);
        using var client = new ContractClient(await Workplace.ServeAsync(server));

        var told = await client.AcceptAsync(
            new
            {
                urls = new[] { _site.Url },
                maxDepth = 0,
                callbackUrl = _site.Callback,
            }
        );
        var posted = await client.AcceptAsync(
            new
            {
                mode = "auto",
                urls = (string[])[_site.Url, .. _site.Sitemaps],
                scope = "any",
                maxDepth = 1,
                concurrency = 8,
                render = "always",
            }
        );
        var queued = (await RunAsync(["submit", .. What("always"), "--queue", account])).Expect(0).Out.Trim();

        await client.EndAsync(told);
        foreach (var id in (string[])[posted, queued])
        {
            await client.EndAsync(id);
            AssertAllTried(await client.PagesAsync(id));
        }
        Assert.Equal("", Names(_site.TakeReached()));
    }

    private string[] What(string render) =>
        [_site.Url, .. _site.Sitemaps, "--scope", "any", "--depth", "1", "--concurrency", "8", "--render", render];

    private async Task<IReadOnlyList<PageRecord>> CrawlAsync(string render, string[] allowed)
    {
        var exit = await RunAsync([.. What(render), .. allowed, "--out", render, "--quiet"]);
        Assert.True(exit.Code is 0 or 3, exit.Error);
        return Read(render).Pages;
    }

    private static void AssertAllTried(IReadOnlyList<PageRecord> records)
    {
        var tried = records.Select(r => CrawlOutput.PathOf(r.Url).Trim('/'));
        Assert.Equal("", Names(Probes.All.Select(p => p.Name).Except(tried)));
    }

    private static string Names(IEnumerable<string> probes) => string.Join(' ', probes);
}
