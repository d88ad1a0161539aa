using FunctionsCrawler.Common;

namespace FunctionsCrawler.Core.Tests.Common;

public sealed class RunningTasksTests
{
    [Fact]
    public async Task WhenAll_SeveralRunning_CompletesWithTheLast()
    {
        var running = new RunningTasks();
        TaskCompletionSource one = new(),
            other = new();
        running.Add(one.Task);
        running.Add(other.Task);

        var all = running.WhenAllAsync();
        one.SetResult();
        Assert.False(all.IsCompleted);
        Assert.Equal(1, running.Count);
        other.SetResult();

        await all;
        Assert.Equal(0, running.Count);
    }

    [Fact]
    public async Task Add_CompletedFailedOrCancelled_IsRemoved()
    {
        var running = new RunningTasks();
        TaskCompletionSource failing = new(),
            cancelled = new();

        running.Add(Task.CompletedTask);
        running.Add(failing.Task);
        running.Add(cancelled.Task);
        failing.SetException(new TimeZoneNotFoundException());
        cancelled.SetCanceled(TestContext.Current.CancellationToken);

        Assert.Equal(0, running.Count);
        await running.WhenAllAsync();
        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => failing.Task);
    }

    [Fact]
    public async Task WhenAll_OneFails_Throws()
    {
        var running = new RunningTasks();
        var failing = new TaskCompletionSource();
        running.Add(failing.Task);

        var all = running.WhenAllAsync();
        failing.SetException(new TimeZoneNotFoundException());

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => all);
    }
}
