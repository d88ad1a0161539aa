namespace FunctionsCrawler.Selectors;

/// <summary>
/// Bounds the work of all selectors and patterns on one document. Selectors come from requests and documents from anywhere, so
/// their product has no other bound.
/// </summary>
internal sealed class SelectionBudget
{
    /// <summary>The default number of steps: a second or two.</summary>
    public const long StandardSteps = 20_000_000;

    // Steps differ in cost, a :has() above all, so the time is limited as well.
    private static readonly TimeSpan StandardTime = TimeSpan.FromSeconds(10);
    private const int StepsBetweenLooks = 256;

    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly TimeSpan _limit;
    private long _left;
    private long _nextLook;

    /// <summary>Starts a budget.</summary>
    /// <param name="steps">The maximum number of steps.</param>
    /// <param name="limit">The maximum time. Default 10 s.</param>
    /// <param name="time">The clock. Default: the system's.</param>
    public SelectionBudget(long steps = StandardSteps, TimeSpan? limit = null, TimeProvider? time = null)
    {
        (_left, _nextLook) = (steps, steps - StepsBetweenLooks);
        (_limit, _time) = (limit ?? StandardTime, time ?? TimeProvider.System);
        _started = _time.GetTimestamp();
    }

    /// <summary>Takes steps from the budget.</summary>
    /// <exception cref="SelectionStoppedException">The budget is used up.</exception>
    public void Spend(long steps = 1)
    {
        _left -= steps;
        if (_left < 0)
            throw new SelectionStoppedException("too many steps");
        if (_left > _nextLook)
            return;
        _nextLook = _left - StepsBetweenLooks;
        if (_time.GetElapsedTime(_started) > _limit)
            throw new SelectionStoppedException($"more than {_limit.TotalSeconds:F0} s");
    }
}

/// <summary>Evaluating selectors or patterns on a document took more than its <see cref="SelectionBudget"/>.</summary>
internal sealed class SelectionStoppedException(string message) : Exception(message);
