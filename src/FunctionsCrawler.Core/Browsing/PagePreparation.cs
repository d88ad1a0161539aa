using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Brings a document into the state in which a request wants it to be read: waits and scrolls. Each step leaves enough of the
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

    /// <summary>Whether there is anything to do.</summary>
    public bool IsNeeded =>
        options.WaitUntil is not null
        || options.WaitFor is not null
        || options.ScrollSteps > 0
        || options.Delay > TimeSpan.Zero;

    /// <summary>Prepares the current document.</summary>
    /// <param name="clock">The deadline of the visit.</param>
    /// <returns>What the page did not show; null if it is ready to be read.</returns>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    /// <exception cref="Engines.ProtocolException">The document was replaced.</exception>
    public async Task<string?> PrepareAsync(VisitClock clock)
    {
        // Left of the visit's time, so that it does not end with a timeout that would not tell what was missing.
        var quarter = clock.Remaining / 4;
        var reserve = quarter < MaxReserve ? quarter : MaxReserve;
        if (options.WaitUntil is WaitUntil.Load)
            await clock.AwaitAtMostAsync(page.EvaluateAsync(Loaded), Left()).ConfigureAwait(false);
        else if (options.WaitUntil is WaitUntil.NetworkIdle)
            await clock.AwaitAtMostAsync(WaitForIdleAsync(clock), Left()).ConfigureAwait(false);
        if (
            options.WaitFor is { } condition
            && await FindFaultAsync(condition, Left(), reserve / 2, clock).ConfigureAwait(false) is { } fault
        )
            return fault;
        if (options.ScrollSteps > 0)
            await PageScroller.ScrollAsync(page, options.ScrollSteps, Left() / 2, clock).ConfigureAwait(false);
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

    // The page counts the time itself, so that the last look comes at the end of it. One that is busy may come too late.
    private async Task<string?> FindFaultAsync(
        PageCondition condition,
        TimeSpan limit,
        TimeSpan grace,
        VisitClock clock
    )
    {
        var looking = page.EvaluateAsync(WhenShown(condition, limit, limits.MaxNodes));
        await clock
            .AwaitAtMostAsync(looking, (limit > TimeSpan.Zero ? limit : TimeSpan.Zero) + grace)
            .ConfigureAwait(false);
        var answer = looking.IsCompleted ? await looking.ConfigureAwait(false) : default;
        return (answer.ValueKind == JsonValueKind.String ? answer.GetString() : "late") switch
        {
            "" => null,
            "late" => $"the page did not show {condition} within its time limit",
            var error => $"{condition} cannot be looked for: {error}",
        };
    }

    // Evaluates to an empty string once the condition holds, "late" after the limit, or what is wrong with the selector. Asks
    // again and again, because a text may also appear by a style that changes, which raises no event; less often in a page in
    // which that takes long.
    private static string WhenShown(PageCondition condition, TimeSpan limit, int maxNodes) =>
        $$"""
            (async () => {
              const value = {{JsonValue.Create(condition.Value).ToJsonString()}};
              const roots = {{TabScripts.Roots}};
              const fold = text => text.replace(/\s+/g, ' ');
              const textOf = root => root.body ? root.body.innerText : [...root.children].map(c => c.innerText).join(' ');
              const isShown = {{(
                condition.IsText
                    ? "root => fold(textOf(root)).includes(fold(value))"
                    : "root => root.querySelector(value) !== null"
            )}};
              const until = performance.now() + {{(int)limit.TotalMilliseconds}};
              try {
                while (true) {
                  const asked = performance.now();
                  if (roots({{maxNodes}}).some(isShown)) return '';
                  if (performance.now() >= until) return 'late';
                  const pause = Math.max(50, 5 * (performance.now() - asked));
                  await new Promise(resolve => setTimeout(resolve, Math.min(pause, until - performance.now())));
                }
              } catch (error) { return error.message; }
            })()
            """;
}
