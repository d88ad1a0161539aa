using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>Eight rows in parallel: each has the same result as alone, and leaves nothing.</summary>
public sealed class MixTests : GauntletTest
{
    private const int AtOnce = 8;

    private protected override BrowserEngine[] Engines => [BrowserEngine.Pipe, BrowserEngine.Playwright];

    [Theory]
    [InlineData(1)]
    public Task EightRowsAtOnce_WithPipe_LeaveNothing(int seed) => RunMixAsync(seed, BrowserEngine.Pipe);

    [Theory]
    [Trait("Run", "long")]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public Task EightRowsAtOnce_WithPipeAndOtherSeeds_LeaveNothing(int seed) => RunMixAsync(seed, BrowserEngine.Pipe);

    [Theory]
    [Trait("Run", "long")]
    [InlineData(5)]
    [InlineData(6)]
    public Task EightRowsAtOnce_WithPlaywright_LeaveNothing(int seed) => RunMixAsync(seed, BrowserEngine.Playwright);

    [SuppressMessage("Security", "CA5394", Justification = "The order is seeded so that a run can be repeated.")]
    private static async Task RunMixAsync(int seed, BrowserEngine engine)
    {
        var rows = Catalogue.With(engine).Where(r => !r.IsAlone).ToArray();
        new Random(seed).Shuffle(rows);
        TestContext.Current.SendDiagnosticMessage(string.Join(", ", rows.Take(AtOnce)));
        await Task.WhenAll(rows.Take(AtOnce).Select(row => RunAsync(row, engine)));
        await RunAsync(Plain, engine);
    }
}
