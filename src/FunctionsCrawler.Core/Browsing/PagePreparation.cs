using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>Brings a document into the state in which a request wants it to be read: waits and scrolls.</summary>
internal sealed class PagePreparation(TabPage page, VisitOptions options, PageLimits limits)
{
    private static readonly TimeSpan IdleTime = TimeSpan.FromMilliseconds(500);

    // Left of the visit's time, so that it does not end with a timeout that would not tell what was missing.
    private static readonly TimeSpan Reserve = TimeSpan.FromSeconds(1);

    private const string Loaded =
        "document.readyState === 'complete' || new Promise(done => addEventListener('load', () => done(true)))";

    /// <summary>Prepares the current document.</summary>
    /// <param name="clock">The deadline of the visit.</param>
    /// <returns>What the page did not show; null if it is ready to be read.</returns>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    /// <exception cref="Engines.ProtocolException">The document was replaced.</exception>
    public async Task<string?> PrepareAsync(VisitClock clock)
    {
        if (options.WaitUntil is WaitUntil.Load)
            await clock.AwaitAsync(page.EvaluateAsync(Loaded)).ConfigureAwait(false);
        else if (options.WaitUntil is WaitUntil.NetworkIdle)
            await WaitForIdleAsync(clock).ConfigureAwait(false);
        if (
            options.WaitFor is { } condition
            && await FindFaultAsync(condition, clock).ConfigureAwait(false) is { } fault
        )
            return fault;
        if (options.ScrollSteps > 0)
            await PageScroller.ScrollAsync(page, options.ScrollSteps, clock).ConfigureAwait(false);
        if (options.Delay > TimeSpan.Zero)
            await clock.DelayAsync(options.Delay).ConfigureAwait(false);
        return null;
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

    private async Task<string?> FindFaultAsync(PageCondition condition, VisitClock clock)
    {
        var limit = clock.Remaining - Reserve;
        var answer = await clock
            .AwaitAsync(page.EvaluateAsync(WhenShown(condition, limit, limits.MaxNodes)))
            .ConfigureAwait(false);
        return answer.GetString() switch
        {
            "" => null,
            "late" => $"the page did not show {condition} within {limit.TotalSeconds:F1} s",
            var error => $"{condition} cannot be looked for: {error}",
        };
    }

    // Evaluates to an empty string once the condition holds, "late" after the limit, or what is wrong with the selector. Asks
    // again and again, because a text may also appear by a style that changes, which raises no event.
    private static string WhenShown(PageCondition condition, TimeSpan limit, int maxNodes) =>
        $$"""
            (async () => {
              const value = {{JsonValue.Create(condition.Value).ToJsonString()}};
              const roots = {{TabScripts.Roots}};
              const textOf = root => root.body ? root.body.innerText : [...root.children].map(c => c.innerText).join('\n');
              const isShown = {{(condition.IsText
                ? "root => textOf(root).includes(value)"
                : "root => root.querySelector(value) !== null")}};
              const until = performance.now() + {{(int)limit.TotalMilliseconds}};
              try {
                while (!roots({{maxNodes}}).some(isShown)) {
                  if (performance.now() >= until) return 'late';
                  await new Promise(resolve => setTimeout(resolve, 50));
                }
                return '';
              } catch (error) { return error.message; }
            })()
            """;
}
