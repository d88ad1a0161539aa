using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T8 and T9: cancels a chunk, or throws an exception, at every await and in every callback.</summary>
public sealed class FaultSweepTests : GauntletTest
{
    // More awaits than a chunk has; reaching this means that the clock is called without end.
    private const int Limit = 2000;

    // The short run tests a fixed sample of the awaits.
    private const int SampleSeed = 8;
    private const int SampleSize = 5;

    private protected override BrowserEngine[] Engines => [BrowserEngine.Pipe, BrowserEngine.Playwright];

    [Fact]
    public async Task Cancel_AtSomeAwaits_LeavesNothing()
    {
        await using var sweep = await FaultSweep.StartAsync(BrowserEngine.Pipe);
        foreach (var k in Sample())
            Assert.True(await sweep.CancelAtAsync(k), $"There is no call {k}.");
    }

    [Fact]
    public async Task Throw_AtSomeAwaits_LeavesNothing()
    {
        await using var sweep = await FaultSweep.StartAsync(BrowserEngine.Pipe);
        foreach (var k in Sample())
            Assert.True(await sweep.ThrowAtAsync(k), $"There is no call {k}.");
    }

    [Theory]
    [Trait("Run", "long")]
    [InlineData(nameof(BrowserEngine.Pipe))]
    [InlineData(nameof(BrowserEngine.Playwright))]
    public async Task Cancel_AtEveryAwait_LeavesNothing(string engineName)
    {
        var engine = Enum.Parse<BrowserEngine>(engineName);
        await using var sweep = await FaultSweep.StartAsync(engine);
        await SweepAsync("cancelled", sweep.CancelAtAsync, Stride(engine));
    }

    [Theory]
    [InlineData(nameof(BrowserEngine.Pipe))]
    [InlineData(nameof(BrowserEngine.Playwright))]
    public async Task Cancel_AtSomeAwaitsOfSteps_LeavesNothing(string engineName)
    {
        await using var sweep = await FaultSweep.StartAsync(
            Enum.Parse<BrowserEngine>(engineName),
            ActionRows.EveryKind
        );
        foreach (var k in Sample().Select(k => 3 * k))
            Assert.True(await sweep.CancelAtAsync(k), $"There is no call {k}.");
    }

    [Theory]
    [Trait("Run", "long")]
    [InlineData(nameof(BrowserEngine.Pipe))]
    [InlineData(nameof(BrowserEngine.Playwright))]
    public async Task Cancel_AtEveryAwaitOfSteps_LeavesNothing(string engineName)
    {
        var engine = Enum.Parse<BrowserEngine>(engineName);
        await using var sweep = await FaultSweep.StartAsync(engine, ActionRows.EveryKind);
        await SweepAsync("cancelled", sweep.CancelAtAsync, 2 * Stride(engine));
    }

    [Theory]
    [Trait("Run", "long")]
    [InlineData(nameof(BrowserEngine.Pipe))]
    [InlineData(nameof(BrowserEngine.Playwright))]
    public async Task Throw_AtEveryAwait_LeavesNothing(string engineName)
    {
        var engine = Enum.Parse<BrowserEngine>(engineName);
        await using var sweep = await FaultSweep.StartAsync(engine);
        await SweepAsync("thrown", sweep.ThrowAtAsync, Stride(engine));
    }

    [Theory]
    [InlineData("started")]
    [InlineData("ended")]
    [InlineData("admit")]
    [InlineData("admit, later")]
    public async Task Throw_InACallback_LeavesNothing(string callback)
    {
        await using var sweep = await FaultSweep.StartAsync(BrowserEngine.Pipe);
        var calls = 0;
        await sweep.ThrowInAsync(options =>
            callback switch
            {
                "started" => options with { OnStarted = static () => throw new InjectedException() },
                "ended" => options with { OnEnded = static () => throw new InjectedException() },
                "admit" => options with { Admit = static _ => throw new InjectedException() },
                _ => options with { Admit = _ => ++calls == 3 ? throw new InjectedException() : null },
            }
        );
        await RunAsync(Plain, BrowserEngine.Pipe);
    }

    // Two chunks at a time, because most of the time is spent waiting.
    private static async Task SweepAsync(string what, Func<int, Task<bool>> atAsync, int stride)
    {
        var k = 1;
        while ((await Task.WhenAll(atAsync(k), atAsync(k + stride))).All(was => was))
        {
            // Also checks for browsers that no chunk has a record of.
            await LeakOracle.AssertCleanAsync();
            Assert.True((k += 2 * stride) < Limit, "The sweep does not end.");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{what} at every {stride}. of {k} calls");
        // A chunk has at least that many awaits; fewer would mean that the sweep did not reach them.
        Assert.True(k > 30, $"Only {k} calls were swept.");
    }

    // With Playwright a chunk takes twice as long, and its awaits on this clock are mostly the same code.
    private static int Stride(BrowserEngine engine) => engine == BrowserEngine.Pipe ? 1 : 4;

    [SuppressMessage("Security", "CA5394", Justification = "The sample is seeded so that it is always the same.")]
    private static int[] Sample()
    {
        var all = Enumerable.Range(1, 40).ToArray();
        new Random(SampleSeed).Shuffle(all);
        return all[..SampleSize];
    }
}
