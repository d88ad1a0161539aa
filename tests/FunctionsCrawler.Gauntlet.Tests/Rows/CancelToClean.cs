using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>
/// Cancels a row at a random moment and measures the time until the oracle finds nothing left of it: visits aborted, chunk
/// ended, processes and files gone.
/// </summary>
internal static class CancelToClean
{
    private static readonly TimeSpan LatestCancel = TimeSpan.FromSeconds(1.5);

    /// <summary>Runs the row twice in parallel, which is the number of launches admitted at once, and cancels each separately.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "The moments are seeded so that a run can be repeated.")]
    public static async Task<IReadOnlyList<TimeSpan>> MeasureAsync(Row row, BrowserEngine engine, int seed)
    {
        var random = new Random(seed);
        var moments = (LatestCancel * random.NextDouble(), LatestCancel * random.NextDouble());
        return await Task.WhenAll(
            MeasureOneAsync(row, engine, moments.Item1),
            MeasureOneAsync(row, engine, moments.Item2)
        );
    }

    private static async Task<TimeSpan> MeasureOneAsync(Row row, BrowserEngine engine, TimeSpan after)
    {
        using var cancel = new CancellationTokenSource();
        await using var run = await RowRun.StartAsync(row, engine, cancel.Token);
        var running = row.Run(run);
        // The cancel may hit the launch, the visit or what follows it.
        await Task.WhenAny(running, Task.Delay(after, CancellationToken.None));
        var cancelled = Stopwatch.StartNew();
        await cancel.CancelAsync();
        var ended = await Record.ExceptionAsync(() => running);
        await run.EndAsync();
        await run.AssertLeftNothingAsync();
        var clean = cancelled.Elapsed;
        // A cancelled row may fail its assertions about pages; any other exception is an error.
        Assert.True(ended is null or OperationCanceledException or Xunit.Sdk.IAssertionException, $"{row}: {ended}");
        return clean;
    }
}
