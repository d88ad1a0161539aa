using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>
/// Cancels a row at a moment that chance picks and measures how long it takes from there until the oracle finds nothing of
/// it: visits given up, chunk ended, processes and files gone.
/// </summary>
internal static class CancelToClean
{
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(1.5);

    /// <summary>Runs the row twice at once, as many as are admitted, and cancels each for itself.</summary>
    [SuppressMessage("Security", "CA5394", Justification = "The moments are seeded so that a run can be repeated.")]
    public static async Task<IReadOnlyList<TimeSpan>> MeasureAsync(Row row, BrowserEngine engine, int seed)
    {
        var random = new Random(seed);
        var moments = (Latest * random.NextDouble(), Latest * random.NextDouble());
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
        // The moment is what is being varied: it may hit the launch, the visit, or what comes after it.
        await Task.WhenAny(running, Task.Delay(after, CancellationToken.None));
        var cancelled = Stopwatch.StartNew();
        await cancel.CancelAsync();
        var ended = await Record.ExceptionAsync(() => running);
        await run.EndAsync();
        await run.AssertLeftNothingAsync();
        var clean = cancelled.Elapsed;
        // A row that was cut short may find its pages missing; anything but that is told.
        Assert.True(ended is null or OperationCanceledException or Xunit.Sdk.IAssertionException, $"{row}: {ended}");
        return clean;
    }
}
