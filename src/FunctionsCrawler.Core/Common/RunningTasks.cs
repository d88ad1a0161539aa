using System.Collections.Concurrent;

namespace FunctionsCrawler.Common;

/// <summary>Tracks background tasks, so that their owner can wait for them when it is disposed. Completed tasks are removed.</summary>
internal sealed class RunningTasks
{
    private readonly ConcurrentDictionary<Task, byte> _tasks = new();

    /// <summary>The number of tasks that have not completed.</summary>
    public int Count => _tasks.Count;

    /// <summary>Starts tracking a task until it completes, in whatever way.</summary>
    public void Add(Task task)
    {
        _tasks.TryAdd(task, 0);
        _ = task.ContinueWith(
            ended => _tasks.TryRemove(ended, out _),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    /// <summary>Waits for the tasks that are running now; fails if one of them fails.</summary>
    public Task WhenAllAsync() => Task.WhenAll(_tasks.Keys);
}
