using FunctionsCrawler.Archives;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>What a visit does besides reading the document.</summary>
internal sealed record VisitOptions
{
    /// <summary>Which files are made of the page once the document was read.</summary>
    /// <value>Default none.</value>
    public CaptureOptions Captures { get; init; } = CaptureOptions.None;

    /// <summary>What is recorded for whoever asks why a page failed.</summary>
    /// <value>Default nothing.</value>
    public DiagnosticOptions Diagnostics { get; init; } = DiagnosticOptions.None;

    /// <summary>Takes what the pages receive; null if nothing is archived.</summary>
    /// <value>Default null.</value>
    public ChunkArchive? Archive { get; init; }

    /// <inheritdoc cref="PageOptions.WaitUntil"/>
    public WaitUntil? WaitUntil { get; init; }

    /// <inheritdoc cref="PageOptions.WaitFor"/>
    public PageCondition? WaitFor { get; init; }

    /// <summary>Whether scripts of the request run in the page. They were refused before, unless another host accepted them.</summary>
    /// <value>Default false.</value>
    public bool AllowsScripts { get; init; }

    /// <inheritdoc cref="PageOptions.Actions"/>
    public IReadOnlyList<PageAction> Actions { get; init; } = [];

    /// <inheritdoc cref="PageOptions.RemoveOverlays"/>
    public bool RemovesOverlays { get; init; }

    /// <summary>Whether the content of frames becomes part of the page.</summary>
    /// <value>Default false.</value>
    public bool InlinesFrames { get; init; }

    /// <summary>How often the page is scrolled by its height at most.</summary>
    /// <value>Default 0: not at all.</value>
    public int ScrollSteps { get; init; }

    /// <summary>Whether the cookies and the storage that the visit has led to are read at its end.</summary>
    /// <value>Default false.</value>
    public bool SavesLogin { get; init; }

    /// <summary>As whom and with what pages are visited.</summary>
    /// <value>Default: as the browser does by itself.</value>
    public VisitIdentity Identity { get; init; } = new();

    /// <summary>
    /// Returns the time that is left of a limit on everything, the launch of the browser included. A visit whose deadline is
    /// later has this one, so that it can still report what it was doing.
    /// </summary>
    /// <value>Default null: only each visit is limited.</value>
    public Func<TimeSpan>? TimeLeft { get; init; }

    /// <inheritdoc cref="PageOptions.DelayMs"/>
    public TimeSpan Delay { get; init; }
}
