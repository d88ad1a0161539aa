using FunctionsCrawler.Browsing;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>
/// Base of tests that run browser invocations. After each test nothing of them may be left, and the test process must hold no
/// more files, threads and ports than before.
/// </summary>
[Needs(Need.Chromium)]
public abstract class GauntletTest : IAsyncLifetime
{
    private static readonly HashSet<BrowserEngine> Warm = [];

    private HostBaseline _baseline = null!;

    private protected static Row Plain { get; } = new("plain page", run => run.NextPageSucceedsAsync());

    /// <summary>
    /// The engines that the test uses. Each runs once before the baseline is taken, so that what it keeps for the lifetime of
    /// the process is included.
    /// </summary>
    private protected virtual BrowserEngine[] Engines => [BrowserEngine.Pipe];

    public async ValueTask InitializeAsync()
    {
        Requires.Available(OperatingSystem.IsLinux(), Unavailable.OtherPlatform, "The oracle reads /proc.");
        foreach (var engine in Engines.Where(Warm.Add))
            await RunAsync(Plain, engine);
        _baseline = HostBaseline.Take(Engines.Contains(BrowserEngine.Playwright));
    }

    public async ValueTask DisposeAsync()
    {
        await LeakOracle.AssertCleanAsync();
        await _baseline.AssertRestoredAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs one row with its assertions, and asserts that it leaves nothing.</summary>
    private protected static async Task RunAsync(Row row, BrowserEngine engine)
    {
        await using var run = await RowRun.StartAsync(row, engine, TestContext.Current.CancellationToken);
        await row.Run(run);
        await run.EndAsync();
        await run.AssertLeftNothingAsync();
    }
}
