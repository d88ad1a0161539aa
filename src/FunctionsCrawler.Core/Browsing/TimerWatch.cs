namespace FunctionsCrawler.Browsing;

/// <summary>
/// Scripts that tell whether timers of a page are due soon. A page that adds its content by a timer shows no other sign that
/// it is not done, and the browser's protocol does not list timers.
/// </summary>
internal static class TimerWatch
{
    private const string Question = "functions-crawler-timers";

    /// <summary>
    /// Runs in the page's own world, before its scripts: records the timers and idle callbacks that will run once. Intervals
    /// are left out, as are timers that were set by timers for the fifth time: both are polling.
    /// </summary>
    public const string Install = $$"""
        (() => {
          const maxNesting = 5;
          const timers = new Map(), idles = new Map();
          const now = performance.now.bind(performance);
          let nesting = 0;
          function start(pending, native, handler, delay, rest) {
            const level = nesting + 1;
            if (typeof handler !== 'function' || level > maxNesting) return native.call(window, handler, delay, ...rest);
            const id = native.call(window, function (...args) {
              pending.delete(id);
              const outer = nesting;
              nesting = level;
              try { return handler.apply(this, args); } finally { nesting = outer; }
            }, delay, ...rest);
            pending.set(id, now() + (delay > 0 ? Number(delay) : 0));
            return id;
          }
          function clear(pending, native, id) { pending.delete(id); native.call(window, id); }
          const { setTimeout, clearTimeout, clearInterval, requestIdleCallback, cancelIdleCallback } = window;
          window.setTimeout = (handler, delay, ...rest) => start(timers, setTimeout, handler, delay, rest);
          window.clearTimeout = id => clear(timers, clearTimeout, id);
          window.clearInterval = id => clear(timers, clearInterval, id);
          window.requestIdleCallback = (handler, options) => start(idles, requestIdleCallback, handler, options, []);
          window.cancelIdleCallback = id => clear(idles, cancelIdleCallback, id);
          // The two worlds share events, but no variables. Cancelling the event is the answer yes.
          document.addEventListener('{{Question}}', event => {
            const soon = now() + event.detail;
            for (const pending of [timers, idles])
              for (const due of pending.values()) if (due <= soon) return event.preventDefault();
          });
        })();
        """;

    /// <summary>
    /// Evaluates, in the crawler's world, to a function of a number of milliseconds: whether a timer of the page is due within
    /// that time.
    /// </summary>
    public const string IsDue = $$"""
        (ms => !document.dispatchEvent(new UIEvent('{{Question}}', { cancelable: true, detail: ms })))
        """;
}
