using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>Takes the times of one visit in a browser.</summary>
/// <param name="time">The clock.</param>
internal sealed class VisitTimes(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    /// <summary>The times so far.</summary>
    public VisitTiming Timing { get; private set; } = new();

    /// <summary>The main frame shows another document, which is neither parsed nor loaded.</summary>
    public void OnDocument() => Timing = Timing with { DomContentLoadedMs = null, LoadMs = null };

    /// <summary>Takes the time at which something happened.</summary>
    public void Take(VisitMoment moment)
    {
        var elapsed = (long)time.GetElapsedTime(_started).TotalMilliseconds;
        Timing = moment switch
        {
            VisitMoment.Response => Timing with { ResponseStartMs = elapsed },
            VisitMoment.Parsed => Timing with { DomContentLoadedMs = elapsed },
            VisitMoment.Loaded => Timing with { LoadMs = elapsed },
            VisitMoment.Prepared => Timing with { PreparedMs = elapsed },
            VisitMoment.Read => Timing with { ReadMs = elapsed },
            _ => Timing with { TotalMs = elapsed },
        };
    }
}

/// <summary>What happens during a visit.</summary>
internal enum VisitMoment
{
    /// <inheritdoc cref="VisitTiming.ResponseStartMs"/>
    Response,

    /// <inheritdoc cref="VisitTiming.DomContentLoadedMs"/>
    Parsed,

    /// <inheritdoc cref="VisitTiming.LoadMs"/>
    Loaded,

    /// <inheritdoc cref="VisitTiming.PreparedMs"/>
    Prepared,

    /// <inheritdoc cref="VisitTiming.ReadMs"/>
    Read,

    /// <inheritdoc cref="VisitTiming.TotalMs"/>
    Ended,
}
