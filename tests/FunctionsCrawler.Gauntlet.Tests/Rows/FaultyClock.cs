namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>
/// A clock that counts its calls and runs an action at the k-th one. Every long wait of the product is bounded by its clock, so
/// the calls correspond to the awaits.
/// </summary>
internal sealed class FaultyClock(int at, Action fault) : TimeProvider
{
    private int _calls;

    /// <summary>The number of calls so far.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Whether the k-th call has happened.</summary>
    public bool WasReached => Calls >= at;

    public override long GetTimestamp()
    {
        Count();
        return base.GetTimestamp();
    }

    public override DateTimeOffset GetUtcNow()
    {
        Count();
        return base.GetUtcNow();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Count();
        return base.CreateTimer(callback, state, dueTime, period);
    }

    private void Count()
    {
        if (Interlocked.Increment(ref _calls) == at)
            fault();
    }
}
