using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T8 and T9: a chunk is cancelled, or an exception is thrown, at every await point and in every callback.</summary>
public sealed class FaultSweepTests : GauntletTest
{
    // More than a life has; a sweep that never ends would be a clock that is asked for ever.
    private const int Limit = 2000;

    // The short run looks at some of them, always the same.
    private const int SampleSeed = 8;
    private const int SampleSize = 5;

    protected override BrowserEngine[] Engines => [BrowserEngine.Pipe, BrowserEngine.Playwright];

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
    [InlineData(BrowserEngine.Pipe)]
    [InlineData(BrowserEngine.Playwright)]
    public async Task Cancel_AtEveryAwait_LeavesNothing(BrowserEngine engine)
    {
        await using var sweep = await FaultSweep.StartAsync(engine);
        await SweepAsync("cancelled", sweep.CancelAtAsync, Stride(engine));
    }

    [Theory]
    [Trait("Run", "long")]
    [InlineData(BrowserEngine.Pipe)]
    [InlineData(BrowserEngine.Playwright)]
    public async Task Throw_AtEveryAwait_LeavesNothing(BrowserEngine engine)
    {
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
        var asked = 0;
        await sweep.ThrowInAsync(options =>
            callback switch
            {
                "started" => options with { OnStarted = static () => throw new InjectedException() },
                "ended" => options with { OnEnded = static () => throw new InjectedException() },
                "admit" => options with { Admit = static _ => throw new InjectedException() },
                _ => options with { Admit = _ => ++asked == 3 ? throw new InjectedException() : null },
            }
        );
        await RunAsync(Plain, BrowserEngine.Pipe);
    }

    // Two lives at a time, for most of one is waiting.
    private static async Task SweepAsync(string what, Func<int, Task<bool>> atAsync, int stride)
    {
        var k = 1;
        while ((await Task.WhenAll(atAsync(k), atAsync(k + stride))).All(was => was))
        {
            // Nor of a browser that its chunk has never heard of.
            await LeakOracle.AssertCleanAsync();
            Assert.True((k += 2 * stride) < Limit, "The sweep does not end.");
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{what} at every {stride}. of {k} calls");
        // A life has at least that many; fewer would mean that the sweep saw none of it.
        Assert.True(k > 30, $"Only {k} calls were swept.");
    }

    // A life by way of Playwright takes twice as long, and what it awaits under our clock is the same code.
    private static int Stride(BrowserEngine engine) => engine == BrowserEngine.Pipe ? 1 : 4;

    [SuppressMessage("Security", "CA5394", Justification = "A sample, and always the same.")]
    private static int[] Sample()
    {
        var all = Enumerable.Range(1, 40).ToArray();
        new Random(SampleSeed).Shuffle(all);
        return all[..SampleSize];
    }
}
