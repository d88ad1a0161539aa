using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using FunctionsCrawler.Gauntlet.Tests.Rows;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>Base of tests that run the program as separate processes. Nothing may be left of any of them.</summary>
[Needs(Need.Process, Need.Chromium)]
public abstract class WorkerTest : IAsyncLifetime
{
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(20);

    private bool _subreaper;
    private Workplace? _place;

    private protected Workplace Place => _place!;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Requires.Available(OperatingSystem.IsLinux(), Unavailable.OtherPlatform, "The oracle reads /proc.");
        // A dead worker's orphans become process 1's, as in production; ours would stay zombies.
        _subreaper = Kernel.IsSubreaper;
        Kernel.IsSubreaper = false;
        _place = new Workplace();
        Ground.Current.Recorder.Watch(Place.Temp);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_place is null)
            return;
        try
        {
            await Place.DisposeAsync();
            await LeakOracle.AssertCleanAsync();
        }
        finally
        {
            Kernel.IsSubreaper = _subreaper;
        }
    }

    private protected static void SkipWithoutChromium() => _ = Chunk.Chromium();

    private protected CrawlOutput Read(string folder) => CrawlOutput.Read(Place.At(folder));

    /// <summary>The arguments of a crawl of a tree site.</summary>
    private protected static string[] Crawl(TestSite site, string render, string folder = "out", int concurrency = 5) =>
        [
            site.Url + "p/0",
            "--allow-private",
            "--depth",
            "50",
            "--render",
            render,
            "--concurrency",
            $"{concurrency}",
            "--out",
            folder,
        ];

    /// <summary>Asserts with the oracle that nothing is left of the test's processes, before its workplace is deleted.</summary>
    private protected async Task AssertNothingLeftAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        List<Residue> left;
        while ((left = Left()).Count > 0 && TimeProvider.System.GetElapsedTime(since) < LeakOracle.Limit)
            await Task.Delay(PollPeriod, Cancellation);
        Assert.True(left.Count == 0, $"Left after {LeakOracle.Limit}:\n" + string.Join('\n', left));
    }

    private List<Residue> Left() =>
        [
            .. LeakOracle.Find(marker: null).Where(r => r.What != Place.Root),
            .. Directory
                .EnumerateFileSystemEntries(Place.Temp)
                .Where(path => !IsOfTheRuntime(path))
                .Select(path => new Residue(ResidueKind.TempFile, path)),
        ];

    // Sockets of .NET for debuggers and diagnostics, which any killed .NET program leaves.
    private bool IsOfTheRuntime(string path) =>
        Place.MayLeaveFiles
        && Path.GetFileName(path) is var name
        && (
            name.StartsWith("dotnet-diagnostic-", StringComparison.Ordinal)
            || name.StartsWith("clr-debug-pipe-", StringComparison.Ordinal)
        );
}
