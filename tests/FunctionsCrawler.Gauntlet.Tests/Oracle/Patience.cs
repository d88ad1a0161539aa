using System.Diagnostics;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>Waiting for what will come to pass. The limit is no bound of the product: a test fails instead of hanging.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var started = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(started.Elapsed < Limit, $"It was waited for in vain: {what}");
            await Task.Delay(LookAgain, TestContext.Current.CancellationToken);
        }
    }
}
