using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>Waits until a page shows something.</summary>
internal sealed class PageConditions(TabPage page, PageLimits limits, bool allowsScripts)
{
    private static readonly TimeSpan ScriptPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">What to wait for.</param>
    /// <param name="limit">How long the page is asked.</param>
    /// <param name="grace">How much longer an answer is waited for, because a busy page answers late.</param>
    /// <param name="clock">The deadline of the visit.</param>
    /// <returns>Why the condition does not hold; null if it does.</returns>
    /// <exception cref="TimeoutException">The deadline passed.</exception>
    /// <exception cref="Engines.ProtocolException">The document was replaced.</exception>
    public async Task<string?> FindFaultAsync(PageCondition condition, TimeSpan limit, TimeSpan grace, VisitClock clock)
    {
        if (condition.Kind == ConditionKind.Script && !allowsScripts)
            return $"{condition} is a script, and scripts are not allowed here";
        var until = clock.Remaining - (limit > TimeSpan.Zero ? limit : TimeSpan.Zero) - grace;
        var answer =
            condition.Kind == ConditionKind.Script
                ? await WhenTrueAsync(condition.Value, until, clock).ConfigureAwait(false)
                : await AskAsync(WhenShown(condition, limit, limits.MaxNodes), until, clock).ConfigureAwait(false);
        return answer switch
        {
            "" => null,
            null or "late" => condition.Kind == ConditionKind.Script
                ? $"{condition} did not become true within its time limit"
                : $"the page did not show {condition} within its time limit",
            var error => $"{condition} cannot be looked for: {error}",
        };
    }

    // Null if there is no answer in time.
    private async Task<string?> AskAsync(string script, TimeSpan until, VisitClock clock)
    {
        var asking = page.EvaluateAsync(script);
        await clock.AwaitAtMostAsync(asking, clock.Remaining - until).ConfigureAwait(false);
        var answer = asking.IsCompleted ? await asking.ConfigureAwait(false) : default;
        return answer.ValueKind == JsonValueKind.String ? answer.GetString() : null;
    }

    private async Task<string?> WhenTrueAsync(string expression, TimeSpan until, VisitClock clock)
    {
        while (clock.Remaining > until)
        {
            var asking = page.RunScriptAsync($"(async () => !!(await ({expression})))()");
            await clock.AwaitAtMostAsync(asking, clock.Remaining - until).ConfigureAwait(false);
            if (!asking.IsCompleted)
                return null;
            var (value, error) = await asking.ConfigureAwait(false);
            if (error is not null)
                return error;
            if (value.ValueKind == JsonValueKind.True)
                return "";
            await clock.DelayAsync(ScriptPause).ConfigureAwait(false);
        }
        return null;
    }

    // Evaluates to an empty string once the condition holds, "late" after the limit, or what is wrong with the selector. The page
    // counts the time itself, so that the last look comes at the end of it. It asks again and again, because a text may also
    // appear by a style that changes, which raises no event; less often in a page in which that takes long.
    private static string WhenShown(PageCondition condition, TimeSpan limit, int maxNodes) =>
        $$"""
            (async () => {
              const value = {{JsonValue.Create(condition.Value).ToJsonString()}};
              const roots = {{TabScripts.Roots}};
              const fold = text => text.replace(/\s+/g, ' ');
              const textOf = root => root.body ? root.body.innerText : [...root.children].map(c => c.innerText).join(' ');
              const isShown = {{(
                condition.Kind == ConditionKind.Text
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
