using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests.Egress;

/// <summary>
/// Crawls every probe from the command line, with and without the egress guard. A listener at the forbidden addresses, not the
/// guard, shows whether a probe connected.
/// </summary>
[Needs(Need.Chromium)]
public sealed class EgressTests : EndToEndTest
{
    // The site is on loopback too; only its own address is allowed.
    internal static readonly string[] Guarded = ["--allow", $"{ProbeSite.Address}/32"];
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

    internal static string[] What(ProbeSite site, string render) =>
        [site.Url, .. site.Sitemaps, "--scope", "any", "--depth", "1", "--concurrency", "8", "--render", render];

    private async Task<IReadOnlyList<PageRecord>> CrawlAsync(string render, string[] allowed)
    {
        var exit = await RunAsync([.. What(_site, render), .. allowed, "--out", render, "--quiet"]);
        Assert.True(exit.Code is 0 or 3, exit.Error);
        return Read(render).Pages;
    }

    internal static void AssertAllTried(IReadOnlyList<PageRecord> records)
    {
        var tried = records.Select(r => CrawlOutput.PathOf(r.Url).Trim('/'));
        Assert.Equal("", Names(Probes.All.Select(p => p.Name).Except(tried)));
    }

    internal static string Names(IEnumerable<string> probes) => string.Join(' ', probes);
}
