using FunctionsCrawler.Browsing;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>
/// A batch of invocations: when it is over, nothing at all may be left, and the test process must hold what it held
/// before.
/// </summary>
public abstract class GauntletTest : IAsyncLifetime
{
    private static readonly HashSet<BrowserEngine> Warm = [];

    private HostBaseline _baseline = null!;

    private protected static Row Plain { get; } = new("plain page", run => run.NextPageComesAsync());

    /// <summary>The engines that the test uses: what they keep for the process is there before the baseline is taken.</summary>
    protected virtual BrowserEngine[] Engines => [BrowserEngine.Pipe];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The oracle reads /proc.");
        foreach (var engine in Engines.Where(Warm.Add))
            await RunAsync(Plain, engine);
        _baseline = HostBaseline.Take(Engines.Contains(BrowserEngine.Playwright));
    }

    public async ValueTask DisposeAsync()
    {
        await LeakOracle.AssertCleanAsync();
        await _baseline.AssertBackAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a row by itself: what it asserts, and that it leaves nothing.</summary>
    private protected static async Task RunAsync(Row row, BrowserEngine engine)
    {
        await using var run = await RowRun.StartAsync(row, engine, TestContext.Current.CancellationToken);
        await row.Run(run);
        await run.EndAsync();
        await run.AssertLeftNothingAsync();
    }
}
