using FunctionsCrawler.Browsing.Engines;

namespace FunctionsCrawler.Browsing;

/// <summary>The one deadline of a visit, which also ends when the page is gone or the caller cancels.</summary>
internal sealed class VisitClock(
    TimeProvider time,
    TimeSpan deadline,
    Task<Exception> gone,
    CancellationToken cancellationToken
)
{
    private readonly long _started = time.GetTimestamp();

    private TimeSpan Remaining => deadline - time.GetElapsedTime(_started);

    /// <summary>Waits for a call into the browser.</summary>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    /// <exception cref="Exception">The page is gone; whatever <see cref="IPageSession.Gone"/> completed with.</exception>
    public async Task<T> AwaitAsync<T>(Task<T> task)
    {
        await AwaitAsync((Task)task).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <inheritdoc cref="AwaitAsync{T}"/>
    public async Task AwaitAsync(Task task)
    {
        // Given up at the deadline, it fails later, when its page is closed: nobody else would look at that.
        task.Observe();
        var first = await Task.WhenAny(task, gone)
            .WithinAsync(Remaining, time, cancellationToken)
            .ConfigureAwait(false);
        if (first == gone && !task.IsCompleted)
            throw await gone.ConfigureAwait(false);
        await task.ConfigureAwait(false);
    }

    /// <summary>Waits for a task, but no longer than <paramref name="limit"/>, and goes on either way.</summary>
    public async Task AwaitAtMostAsync(Task task, TimeSpan limit)
    {
        if (task.IsCompleted || limit <= TimeSpan.Zero)
            return;
        var pause = Task.Delay(limit, time, cancellationToken);
        await AwaitAsync(Task.WhenAny(task, pause)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
