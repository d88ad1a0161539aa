namespace FunctionsCrawler.Browsing;

/// <summary>
/// Scripts that tell whether a page uses what connects it with other pages of its origin that are open at the same time:
/// broadcast channels and locks. The browser's protocol does not report them.
/// </summary>
internal static class ChannelWatch
{
    private const string Question = "functions-crawler-channels";

    /// <summary>Runs in the page's own world, before its scripts.</summary>
    public const string Install = $$"""
        (() => {
          let used = false;
          if (window.BroadcastChannel)
            window.BroadcastChannel = new Proxy(BroadcastChannel, {
              construct(target, args, called) { used = true; return Reflect.construct(target, args, called); },
            });
          if (window.LockManager)
            LockManager.prototype.request = new Proxy(LockManager.prototype.request, {
              apply(target, self, args) { used = true; return Reflect.apply(target, self, args); },
            });
          // The two worlds share events, but no variables. Cancelling the event is the answer yes.
          document.addEventListener('{{Question}}', event => { if (used) event.preventDefault(); });
        })();
        """;

    /// <summary>Evaluates, in the crawler's world, to whether the page has used any of them.</summary>
    public const string IsUsed = $"(!document.dispatchEvent(new Event('{Question}', {{ cancelable: true }})))";
}
