using System.Collections.Concurrent;

namespace FunctionsCrawler.Dispatch;

/// <summary>Tasks that run beside their owner, who waits for them at its own end. One that has ended is forgotten.</summary>
internal sealed class RunningTasks
{
    private readonly ConcurrentDictionary<Task, byte> _tasks = new();

    /// <summary>How many have not ended.</summary>
    public int Count => _tasks.Count;

    /// <summary>Takes one more.</summary>
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

    /// <summary>Waits for those that run now.</summary>
    public Task WhenAllAsync() => Task.WhenAll(_tasks.Keys);
}
