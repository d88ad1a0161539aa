using System.Diagnostics;
using System.Text.Json.Nodes;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>T23: the owner is killed while some of its processes are stopped, so that they survive it; a sweep removes them.</summary>
public sealed class SweepAfterKillTests : WorkerTest
{
    private const int ShortSeeds = 1;
    private const int Seeds = 20;

    private static readonly string[] StoppedWithPipe = ["all", "renderers", "browser", "zygotes", "none"];

    private static readonly Dictionary<string, Func<string, bool>> Stopped = new(StringComparer.Ordinal)
    {
        ["all"] = _ => true,
        ["renderers"] = arguments => Has(arguments, "--type=renderer"),
        ["browser"] = IsBrowser,
        ["zygotes"] = arguments => Has(arguments, "--type=zygote"),
        ["none"] = _ => false,
        ["driver"] = IsDriver,
    };

    // The driver does not lead a session, so its children can be found by marker and manifest only.
    private static readonly Surroundings WithPlaywright = new()
    {
        Environment = new Dictionary<string, string> { [ChromiumLocator.EngineVariable] = "playwright" },
    };

    public static IEnumerable<TheoryDataRow<int, string>> Short => Rows(0, ShortSeeds);

    public static IEnumerable<TheoryDataRow<int, string>> Others => Rows(ShortSeeds, Seeds - ShortSeeds);

    [Theory]
    [MemberData(nameof(Short))]
    public Task Sweep_OwnerKilled_RemovesItsOrphans(int seed, string stopped) => KillAndSweepAsync(seed, stopped);

    [Theory]
    [Trait("Run", "long")]
    [MemberData(nameof(Others))]
    public Task Sweep_OwnerKilledAtOtherMoments_RemovesItsOrphans(int seed, string stopped) =>
        KillAndSweepAsync(seed, stopped);

    [Theory]
    [Trait("Run", "long")]
    [InlineData(100, "driver")]
    [InlineData(101, "all")]
    [InlineData(102, "browser")]
    [InlineData(103, "driver")]
    public Task Sweep_OwnerKilledWithPlaywright_RemovesItsOrphans(int seed, string stopped) =>
        KillAndSweepAsync(seed, stopped, WithPlaywright);

    [Fact]
    public async Task Sweep_PidInManifestWasReused_LeavesTheUnrelatedProcess()
    {
        await using var site = await StartSiteAsync();
        var worker = await StartAsync(site, new Surroundings());
        // The manifest lists processes only after the launch is complete.
        await worker.UntilAsync(() => NamedProcesses() is { Count: > 0 }, "the manifest names processes");
        var dead = await DeadCrawl.KillAsync(worker, Place, Stopped["all"]);
        using var unrelated = Process.Start("sleep", ["600"]);
        try
        {
            // Simulates reuse of the dead browser's pids: the start times in the manifest are those of other processes.
            var path = Assert.Single(Directory.GetFiles(Place.Temp, "manifest.json", SearchOption.AllDirectories));
            var manifest = JsonNode.Parse(await File.ReadAllTextAsync(path, Cancellation))!;
            foreach (var process in manifest["processes"]!.AsArray())
                process!["pid"] = unrelated.Id;
            Assert.NotEmpty(manifest["processes"]!.AsArray());
            await File.WriteAllTextAsync(path, manifest.ToJsonString(), Cancellation);

            (await Place.RunAsync("sweep")).Expect(0);

            await dead.AssertGoneAsync();
            Assert.True(Proc.IsAlive(unrelated.Id));
        }
        finally
        {
            unrelated.Kill();
            await unrelated.WaitForExitAsync(CancellationToken.None);
        }
        await AssertNothingLeftAsync();
    }

    private static IEnumerable<TheoryDataRow<int, string>> Rows(int first, int count) =>
        Enumerable
            .Range(first, count)
            .Select(seed => new TheoryDataRow<int, string>(
                seed,
                StoppedWithPipe.ElementAt(seed % StoppedWithPipe.Length)
            ));

    // The kill may come at any moment: a browser may be starting, in use, being disposed, or already gone.
    private async Task KillAndSweepAsync(int seed, string stopped, Surroundings? surroundings = null)
    {
        await using var site = await StartSiteAsync();
        var dead = await KillAsync(site, requests: new Random(seed).Next(60), stopped, surroundings);

        var sweep = Place.Start("sweep");
        await dead.AssertGoneAsync();
        (await sweep.ExitAsync()).Expect(0);

        await AssertNothingLeftAsync();
        Assert.Equal("nothing was left behind\n", (await Place.RunAsync("sweep")).Expect(0).Out);
    }

    private static Task<TestSite> StartSiteAsync()
    {
        SkipWithoutChromium();
        return TreeSite.StartAsync(1000);
    }

    private async Task<DeadCrawl> KillAsync(
        TestSite site,
        int requests,
        string stopped,
        Surroundings? surroundings = null
    )
    {
        var worker = await StartAsync(site, surroundings ?? new Surroundings());
        await worker.UntilAsync(() => site.Requests >= requests, $"{requests} requests");
        return await DeadCrawl.KillAsync(worker, Place, Stopped[stopped]);
    }

    private async Task<CrawlProcess> StartAsync(TestSite site, Surroundings surroundings)
    {
        var worker = Place.Start([.. Crawl(site, "always"), "--quiet"], surroundings);
        await worker.UntilAsync(() => Place.Processes().Any(p => IsBrowser(p.Arguments)), "a browser runs");
        return worker;
    }

    private JsonArray? NamedProcesses() =>
        Directory.GetDirectories(Place.Temp, "fcrawl-*").Select(root => Path.Combine(root, "manifest.json")).ToArray()
            is [var path]
        && File.Exists(path)
            ? JsonNode.Parse(File.ReadAllText(path))!["processes"]!.AsArray()
            : null;

    private static bool IsDriver(string arguments) => Has(arguments, "run-driver");

    private static bool IsBrowser(string arguments) =>
        Has(arguments, "--remote-debugging-pipe") && !Has(arguments, "--type=");

    private static bool Has(string arguments, string argument) =>
        arguments.Contains(argument, StringComparison.Ordinal);
}
