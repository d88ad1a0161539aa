using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Brings a document into the state in which a request wants it to be read: waits, steps and scrolling. Each leaves enough of the
/// visit's time for the next ones.
/// </summary>
internal sealed class PagePreparation(TabPage page, VisitOptions options, PageLimits limits)
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxReserve = TimeSpan.FromSeconds(1);

    // A document that was opened again by document.open after it was loaded is never complete.
    private const string Loaded = """
        (async () => {
          const isLoaded = () => document.readyState === 'complete'
            || performance.getEntriesByType('navigation').some(n => n.loadEventEnd > 0);
          while (!isLoaded()) await new Promise(resolve => setTimeout(resolve, 20));
          return true;
        })()
        """;

    private readonly PageConditions _conditions = new(page, limits, options.AllowsScripts);
    private readonly PageActions _actions = new(page, options, limits);

    /// <summary>Whether there is anything to do.</summary>
    public bool IsNeeded =>
        options.WaitUntil is not null
        || options.Actions.Count > 0
        || options.WaitFor is not null
        || options.ScrollSteps > 0
        || options.Delay > TimeSpan.Zero;

    /// <summary>The loader id of the document that was prepared. Steps may have led to another one than before.</summary>
    public string? Document { get; private set; }

    /// <inheritdoc cref="PageActions.Last"/>
    public string? LastStep => _actions.Last;

    /// <summary>The pictures that steps have taken.</summary>
    public IReadOnlyList<PageCapture> Captures => _actions.Captures;

    /// <summary>Prepares the current document.</summary>
    /// <param name="clock">The deadline of the visit.</param>
    /// <returns>How and why the visit ends without reading the page; null if it is ready to be read.</returns>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    /// <exception cref="Engines.ProtocolException">The document was replaced.</exception>
    public async Task<(VisitEnd End, string Detail)?> PrepareAsync(VisitClock clock)
    {
        Document = page.Documents.Current;
        // Left of the visit's time, so that it does not end with a timeout that would not tell what was missing.
        var quarter = clock.Remaining / 4;
        var reserve = quarter < MaxReserve ? quarter : MaxReserve;
        if (options.WaitUntil is WaitUntil.Load)
            await clock.AwaitAtMostAsync(page.EvaluateAsync(Loaded), Left()).ConfigureAwait(false);
        else if (options.WaitUntil is WaitUntil.NetworkIdle)
            await clock.AwaitAtMostAsync(WaitForIdleAsync(clock), Left()).ConfigureAwait(false);
        // What was waited for was shown by the document in which the steps began.
        if (
            options.WaitFor is { } condition
            && !_actions.HaveBegun
            && await _conditions.FindFaultAsync(condition, Left(), reserve / 2, clock).ConfigureAwait(false)
                is { } missing
        )
            return (VisitEnd.NotShown, missing);
        if (options.Actions.Count > 0)
        {
            if (await _actions.RunAsync(Left, clock).ConfigureAwait(false) is { } failed)
                return (VisitEnd.ActionFailed, failed);
            Document = page.Documents.Current;
        }
        if (options.ScrollSteps > 0)
        {
            // A dialog may keep the page from being scrolled.
            if (options.RemovesOverlays)
                await clock.AwaitAsync(page.EvaluateAsync(OverlayScript.Remove)).ConfigureAwait(false);
            await PageScroller.ScrollAsync(page, options.ScrollSteps, Left() / 2, clock).ConfigureAwait(false);
        }
        var delay = clock.Remaining - reserve;
        if (options.Delay < delay)
            delay = options.Delay;
        if (delay > TimeSpan.Zero)
            await clock.DelayAsync(delay).ConfigureAwait(false);
        return null;

        TimeSpan Left() => clock.Remaining - reserve - options.Delay;
    }

    private async Task WaitForIdleAsync(VisitClock clock)
    {
        var requests = page.Traffic.InFlight;
        while (true)
        {
            await clock.AwaitAsync(requests.WhenIdle()).ConfigureAwait(false);
            var ended = requests.Ended;
            await clock.DelayAsync(IdleTime).ConfigureAwait(false);
            if (requests.Count == 0 && requests.Ended == ended)
                return;
        }
    }
}
