using FunctionsCrawler.AzureStorage.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests.Egress;

/// <summary>Crawls the probes of <see cref="EgressTests"/> through a server, submitted by HTTP and by the queue.</summary>
[Needs(Need.Chromium, Need.Azurite)]
public sealed class ServerEgressTests : EndToEndTest
{
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
    public async Task Server_EveryProbeByHttpAndByQueue_ReachesNothing()
    {
        NeedsChromium();
        await using var azurite = await Azurite.StartAsync();
        var account = azurite.Options.ConnectionString!;
        var server = Place.Start(["serve", "--port", "0", "--storage", account, .. EgressTests.Guarded]);
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
        var queued = (await RunAsync(["submit", .. EgressTests.What(_site, "always"), "--queue", account]))
            .Expect(0)
            .Out.Trim();

        await client.EndAsync(told);
        foreach (var id in (string[])[posted, queued])
        {
            await client.EndAsync(id);
            EgressTests.AssertAllTried(await client.PagesAsync(id));
        }
        Assert.Equal("", EgressTests.Names(_site.TakeReached()));
    }
}
