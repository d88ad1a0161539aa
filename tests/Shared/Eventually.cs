using System.Diagnostics;

namespace FunctionsCrawler.Testing;

/// <summary>
/// Polls until a condition holds, at most for two minutes. The limit is not one of the product: it makes a test fail instead of
/// hanging.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what)
    {
        var since = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(since.Elapsed < Limit, $"Timed out after {Limit} waiting for {what}.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    public static Task IsTrueAsync(Func<bool> condition, string what) =>
        IsTrueAsync(() => Task.FromResult(condition()), what);
}
