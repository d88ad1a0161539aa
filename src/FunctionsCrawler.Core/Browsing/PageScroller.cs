namespace FunctionsCrawler.Browsing;

/// <summary>
/// Scrolls a page to its end, screen by screen, so that it loads what it loads only when it is seen. Where the page itself does
/// not scroll, its largest part that does is scrolled.
/// </summary>
internal static class PageScroller
{
    // A list that grows at its end has ended when it did not grow in this many steps, of at least 0.1 s each.
    private const int StepsAtEnd = 3;

    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(2);

    /// <summary>Scrolls until the end, for at most a number of steps and half of the time that is left.</summary>
    /// <exception cref="TimeoutException">The deadline passed, because the page does not answer.</exception>
    /// <exception cref="Engines.ProtocolException">The document was replaced.</exception>
    public static async Task ScrollAsync(TabPage page, int maxSteps, VisitClock clock)
    {
        var reserve = clock.Remaining / 2;
        var atEnd = 0;
        for (var step = 0; step < maxSteps && atEnd < StepsAtEnd && clock.Remaining > reserve; step++)
        {
            var isAtEnd = await clock.AwaitAsync(page.EvaluateAsync(Step)).ConfigureAwait(false);
            atEnd = isAtEnd.GetBoolean() && page.Traffic.ContentInFlight.Count == 0 ? atEnd + 1 : 0;
            await clock.AwaitAtMostAsync(page.Traffic.ContentInFlight.WhenIdle(), RequestLimit).ConfigureAwait(false);
        }
    }

    // Scrolls by one screen, lets the page draw it and react, and evaluates to whether the end was reached.
    private const string Step = $$"""
        (async () => {
          const root = document.scrollingElement ?? document.documentElement;
          const scrolls = element => element.scrollHeight > element.clientHeight + 1;
          const area = element => element.clientWidth * element.clientHeight;
          // More elements than this are not looked at: each of them costs a style.
          const maxElements = 10000;
          const parts = () => [...document.querySelectorAll('body *')].slice(0, maxElements)
            .filter(e => scrolls(e) && /auto|scroll/.test(getComputedStyle(e).overflowY));
          const largest = parts => parts.reduce((most, e) => most && area(most) >= area(e) ? most : e, null);
          const target = scrolls(root) ? root : largest(parts()) ?? root;
          target.scrollTo({ top: target.scrollTop + target.clientHeight, behavior: 'instant' });
          // Two frames, so that observers of what is visible have been called. A page that is not drawn has none.
          await new Promise(resolve => {
            const limit = setTimeout(resolve, 200);
            requestAnimationFrame(() => requestAnimationFrame(() => { clearTimeout(limit); resolve(); }));
          });
          await new Promise(resolve => setTimeout(resolve, 100));
          const isTimerDue = {{TimerWatch.IsDue}};
          return target.scrollTop + target.clientHeight >= target.scrollHeight - 2 && !isTimerDue(1000);
        })()
        """;
}
