using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using FunctionsCrawler.Gauntlet.Tests.Rows;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>A row that needs whole processes of the program; nothing at all may be left of any of them.</summary>
public abstract class WorkerTest : IAsyncLifetime
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);

    private bool _subreaper;
    private Workplace? _place;

    private protected Workplace Place => _place!;

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The oracle reads /proc.");
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

    private protected static void NeedsChromium() => _ = Chunk.Chromium();

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

    /// <summary>Asserts, as the oracle does, that nothing is left of what was started here, while the place still stands.</summary>
    private protected async Task AssertNothingLeftAsync()
    {
        var since = TimeProvider.System.GetTimestamp();
        List<Residue> left;
        while ((left = Left()).Count > 0 && TimeProvider.System.GetElapsedTime(since) < LeakOracle.Limit)
            await Task.Delay(LookAgain, Cancellation);
        Assert.True(left.Count == 0, $"Left after {LeakOracle.Limit}:\n" + string.Join('\n', left));
    }

    private List<Residue> Left() =>
        [
            .. LeakOracle.Now(marker: null).Where(r => r.What != Place.Root),
            .. Directory
                .EnumerateFileSystemEntries(Place.Temp)
                .Where(path => !IsOfTheRuntime(path))
                .Select(path => new Residue(ResidueKind.TempFile, path)),
        ];

    // For debuggers and diagnostics; a killed program leaves them, and so would any other of .NET.
    private bool IsOfTheRuntime(string path) =>
        Place.MayLeaveFiles
        && Path.GetFileName(path) is var name
        && (
            name.StartsWith("dotnet-diagnostic-", StringComparison.Ordinal)
            || name.StartsWith("clr-debug-pipe-", StringComparison.Ordinal)
        );
}
