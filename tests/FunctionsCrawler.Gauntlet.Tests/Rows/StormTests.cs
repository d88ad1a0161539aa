using FunctionsCrawler.Browsing;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T25: more invocations requested at once than can start, and launches that are cancelled while they succeed.</summary>
public sealed class StormTests : GauntletTest
{
    private const int Many = 20;

    private protected override BrowserEngine[] Engines => [BrowserEngine.Pipe, BrowserEngine.Playwright];

    [Fact]
    [Trait("Run", "long")]
    public Task Storm_WithPipe_AllSucceedAndLeaveNothing() => StormAsync(BrowserEngine.Pipe);

    [Fact]
    [Trait("Run", "long")]
    public Task Storm_WithPlaywright_AllSucceedAndLeaveNothing() => StormAsync(BrowserEngine.Playwright);

    [Fact]
    public Task Storm_CancelledWithPipe_LeavesNothing() => CancelAsync(BrowserEngine.Pipe);

    [Fact]
    [Trait("Run", "long")]
    public Task Storm_CancelledWithPlaywright_LeavesNothing() => CancelAsync(BrowserEngine.Playwright);

    private static Task StormAsync(BrowserEngine engine) =>
        Task.WhenAll(Enumerable.Range(0, Many).Select(_ => RunAsync(Plain, engine)));

    // Requests all at once and cancels them as soon as one has started; the others are waiting, starting or just started.
    private static async Task CancelAsync(BrowserEngine engine)
    {
        using var cancel = new CancellationTokenSource();
        var runs = await Task.WhenAll(
            Enumerable.Range(0, Many).Select(_ => RowRun.StartAsync(Plain, engine, cancel.Token))
        );
        var fetches = runs.Select(r => r.FetchAsync(r.Site.Url("/"), RowRun.Ample)).ToList();
        await Eventually.IsTrueAsync(() => runs.Any(r => r.Chunk.Browsers > 0), "a first browser");
        await cancel.CancelAsync();
        foreach (var fetch in fetches)
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
