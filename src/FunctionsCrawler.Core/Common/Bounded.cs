namespace FunctionsCrawler.Common;

/// <summary>
/// Bounds waits with this process's clock. Playwright's own timeouts run in its driver: if the driver is stopped, a
/// navigation with a timeout of 4 s never returns.
/// </summary>
internal static class Bounded
{
    /// <summary>
    /// Waits for <paramref name="task"/>. After a timeout or cancellation the task keeps running, and a later exception of
    /// it is observed and ignored.
    /// </summary>
    /// <exception cref="TimeoutException">The task took longer than <paramref name="limit"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the task completed.</exception>
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

    /// <summary>Observes the exception of a task that nobody may await, so it does not become an unobserved one.</summary>
    public static void Observe(this Task task) =>
        _ = task.ContinueWith(
            static t => _ = t.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
}
