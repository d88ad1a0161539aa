namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>
/// A clock that counts how often it is asked and does something at the k-th time. Every wait of the product that could
/// last is bounded by its clock, so the counts are its await points.
/// </summary>
internal sealed class FaultyClock(int at, Action fault) : TimeProvider
{
    private int _calls;

    /// <summary>How often it has been asked.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Whether the k-th call has come.</summary>
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
