using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>What a visit does besides reading the document.</summary>
internal sealed record VisitOptions
{
    /// <summary>Whether a PNG of the whole page is taken once the document was read.</summary>
    /// <value>Default false.</value>
    public bool Screenshot { get; init; }

    /// <inheritdoc cref="PageOptions.WaitUntil"/>
    public WaitUntil? WaitUntil { get; init; }

    /// <inheritdoc cref="PageOptions.WaitFor"/>
    public PageCondition? WaitFor { get; init; }

    /// <summary>How often the page is scrolled by its height at most.</summary>
    /// <value>Default 0: not at all.</value>
    public int ScrollSteps { get; init; }

    /// <inheritdoc cref="PageOptions.DelayMs"/>
    public TimeSpan Delay { get; init; }
}
