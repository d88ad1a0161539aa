using FunctionsCrawler.Browsing;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T25: more invocations asked for at once than can start, and launches that are given up while they succeed.</summary>
public sealed class StormTests : GauntletTest
{
    private const int Many = 20;

    protected override BrowserEngine[] Engines => [BrowserEngine.Pipe, BrowserEngine.Playwright];

    [Fact]
    [Trait("Run", "long")]
    public Task Storm_OverThePipe_AllComeAndLeaveNothing() => StormAsync(BrowserEngine.Pipe);

    [Fact]
    [Trait("Run", "long")]
    public Task Storm_ByWayOfPlaywright_AllComeAndLeaveNothing() => StormAsync(BrowserEngine.Playwright);

    [Fact]
    public Task Storm_AbandonedOverThePipe_LeavesNothing() => AbandonAsync(BrowserEngine.Pipe);

    [Fact]
    [Trait("Run", "long")]
    public Task Storm_AbandonedByWayOfPlaywright_LeavesNothing() => AbandonAsync(BrowserEngine.Playwright);

    private static Task StormAsync(BrowserEngine engine) =>
        Task.WhenAll(Enumerable.Range(0, Many).Select(_ => RunAsync(Plain, engine)));

    // All are asked for at once; as soon as one has started, the rest are given up: waiting, starting, just started.
    private static async Task AbandonAsync(BrowserEngine engine)
    {
        using var abandon = new CancellationTokenSource();
        var runs = await Task.WhenAll(
            Enumerable.Range(0, Many).Select(_ => RowRun.StartAsync(Plain, engine, abandon.Token))
        );
        var begun = runs.Select(r => r.FetchAsync(r.Site.Url("/"), RowRun.Ample)).ToList();
        await Patience.UntilAsync(() => runs.Any(r => r.Chunk.Browsers > 0), "a first browser");
        await abandon.CancelAsync();
        foreach (var fetch in begun)
            Assert.True(await Record.ExceptionAsync(() => fetch) is null or OperationCanceledException);
        foreach (var run in runs)
        {
            await run.EndAsync();
            await run.AssertLeftNothingAsync();
            await run.DisposeAsync();
        }
        Assert.Contains(runs, r => r.Chunk.Browsers == 0);
        await RunAsync(Plain, engine);
    }
}
