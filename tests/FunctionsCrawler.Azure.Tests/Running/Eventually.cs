using System.Diagnostics;

namespace FunctionsCrawler.AzureStorage.Tests.Running;

/// <summary>Waits for what comes in its own time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task IsTrueAsync(Func<Task<bool>> seen, string what)
    {
        var since = Stopwatch.StartNew();
        while (!await seen())
        {
            Assert.True(since.Elapsed < Patience, $"It was waited for in vain: {what}.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public static Task IsTrueAsync(Func<bool> seen, string what) => IsTrueAsync(() => Task.FromResult(seen()), what);
}
