namespace FunctionsCrawler.Browsing;

/// <summary>
/// Waits for Playwright by our own clock. Its timeouts live in the driver and die with it: with a stopped driver a
/// navigation limited to 4 s never returns.
/// </summary>
internal static class Bounded
{
    /// <summary>Waits for <paramref name="task"/>; when it is given up, its later failure is observed and dropped.</summary>
    /// <exception cref="TimeoutException">It took longer than <paramref name="limit"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static async Task<T> WithinAsync<T>(
        this Task<T> task,
        TimeSpan limit,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        task.Observe();
        return await task.WaitAsync(limit < TimeSpan.Zero ? TimeSpan.Zero : limit, time, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <inheritdoc cref="WithinAsync{T}(Task{T}, TimeSpan, TimeProvider, CancellationToken)"/>
    public static async Task WithinAsync(
        this Task task,
        TimeSpan limit,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        task.Observe();
        await task.WaitAsync(limit < TimeSpan.Zero ? TimeSpan.Zero : limit, time, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Takes note of a task's failure, so that it is no unobserved one should nobody wait any more.</summary>
    public static void Observe(this Task task) =>
        _ = task.ContinueWith(
            static t => _ = t.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
}
