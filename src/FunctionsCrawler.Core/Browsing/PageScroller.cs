namespace FunctionsCrawler.Browsing;

/// <summary>
/// Scrolls a page to its end, screen by screen, so that it loads what it loads only when it is seen. What scrolls inside the page
/// is scrolled after the page itself, the largest part first.
/// </summary>
internal static class PageScroller
{
    // A list that grows at its end has ended when it did not grow in this many steps, of at least 0.1 s each.
    private const int StepsAtEnd = 3;

    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(2);

    /// <summary>Scrolls until the end of the page, of the steps, or of a time.</summary>
    /// <exception cref="TimeoutException">The deadline passed, because the page does not answer.</exception>
    /// <exception cref="Engines.ProtocolException">The document was replaced.</exception>
    public static async Task ScrollAsync(TabPage page, int maxSteps, TimeSpan time, VisitClock clock)
    {
        var last = clock.Remaining - time;
        var atEnd = 0;
        for (var step = 0; step < maxSteps && atEnd < StepsAtEnd && clock.Remaining > last; step++)
        {
            var isAtEnd = await clock.AwaitAsync(page.EvaluateAsync(Step)).ConfigureAwait(false);
            atEnd = isAtEnd.GetBoolean() && page.Traffic.ContentInFlight.Count == 0 ? atEnd + 1 : 0;
            await clock.AwaitAtMostAsync(page.Traffic.ContentInFlight.WhenIdle(), RequestLimit).ConfigureAwait(false);
        }
    }

    // Scrolls by one screen, lets the page draw it and react, and evaluates to whether the end was reached. A page that has no
    // elements, or a form whose fields have the names of what is used here, has nothing to scroll.
    private const string Step = $$"""
        (async () => {
          // More elements than this are not looked at: each of them costs a style.
          const maxElements = 10000;
          const roots = {{TabScripts.Roots}};
          const root = document.scrollingElement ?? document.documentElement;
          const overflow = element => element ? getComputedStyle(element).overflowY : 'visible';
          // What hides the overflow of the page is on either of the two.
          const isHidden = [document.documentElement, document.body].some(e => /hidden|clip/.test(overflow(e)));
          const scrolls = e => e.scrollHeight > e.clientHeight + 1
            && (e === root ? !isHidden : /auto|scroll/.test(overflow(e)));
          const isAtEnd = e => e.scrollTop + e.clientHeight >= e.scrollHeight - 2;
          const area = e => e.clientWidth * e.clientHeight;
          const parts = () => roots(maxElements).flatMap(r => [...r.querySelectorAll('*')]).slice(0, maxElements)
            .filter(e => e !== root && !(e instanceof HTMLFormElement) && scrolls(e) && !isAtEnd(e))
            .sort((one, other) => area(other) - area(one));
          const isTimerDue = {{TimerWatch.IsDue}};
          const isDone = () => (!root || !scrolls(root) || isAtEnd(root)) && parts().length === 0;
          if (!root) return true;
          {{PassedRows.Collect}}
          const target = scrolls(root) && !isAtEnd(root) ? root : parts()[0];
          target?.scrollTo({ top: target.scrollTop + target.clientHeight, behavior: 'instant' });
          await {{TabScripts.Frames}}(2);
          await new Promise(resolve => setTimeout(resolve, 100));
          {{PassedRows.Collect}}
          return isDone() && !isTimerDue(1000);
        })().catch(() => true)
        """;
}
