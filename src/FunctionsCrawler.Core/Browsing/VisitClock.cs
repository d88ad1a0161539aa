using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Common;

namespace FunctionsCrawler.Browsing;

/// <summary>The deadline of a visit. Waits also end when the page is lost or halted, or when the caller cancels.</summary>
internal sealed class VisitClock(
    TimeProvider time,
    TimeSpan deadline,
    Task<Exception> ended,
    CancellationToken cancellationToken
)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>The time left until the deadline; negative once it has passed.</summary>
    public TimeSpan Remaining => deadline - time.GetElapsedTime(_started);

    /// <summary>A clock of the same visit whose deadline comes earlier, so that time is left after it.</summary>
    public VisitClock EndingBefore(TimeSpan reserve) => new(time, Remaining - reserve, ended, cancellationToken);

    /// <summary>Waits for a browser call, at most until the deadline.</summary>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    /// <exception cref="Exception">The page was closed or halted: the result of <see cref="IPageSession.Closed"/> or <see cref="TabTraffic.Halted"/>.</exception>
    public async Task<T> AwaitAsync<T>(Task<T> task)
    {
        await AwaitAsync((Task)task).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    /// <inheritdoc cref="AwaitAsync{T}"/>
    public async Task AwaitAsync(Task task)
    {
        // A task abandoned at the deadline fails later, when its page is closed, and nobody awaits it then.
        task.Observe();
        var first = await Task.WhenAny(task, ended)
            .WithinAsync(Remaining, time, cancellationToken)
            .ConfigureAwait(false);
        if (first == ended && !task.IsCompleted)
            throw await ended.ConfigureAwait(false);
        await task.ConfigureAwait(false);
    }

    /// <summary>Waits for some time.</summary>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    public async Task DelayAsync(TimeSpan delay)
    {
        await AwaitAsync(Task.Delay(delay, time, cancellationToken)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Waits for a task for at most <paramref name="limit"/>; returns without an error if that elapses.</summary>
    public async Task AwaitAtMostAsync(Task task, TimeSpan limit)
    {
        // It may fail after the limit, when nobody awaits it.
        task.Observe();
        if (task.IsCompleted || limit <= TimeSpan.Zero)
            return;
        var pause = Task.Delay(limit, time, cancellationToken);
        await AwaitAsync(Task.WhenAny(task, pause)).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
