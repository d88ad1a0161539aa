namespace FunctionsCrawler.Browsing;

/// <summary>
/// The scripts a tab runs in its pages. All but <see cref="Tame"/> run in a world of their own: they share the page's
/// document and nothing of what its scripts did to their window.
/// </summary>
internal static class TabScripts
{
    /// <summary>The name of that world.</summary>
    public const string World = "functions-crawler";

    /// <summary>Runs among a page's scripts, before them.</summary>
    public const string Tame = """
        // The tab is ours to close, not the page's.
        window.close = () => { };
        // A service worker would answer the next visit's requests.
        if (navigator.serviceWorker) navigator.serviceWorker.register = () => new Promise(() => { });
        """;

    /// <summary>
    /// Runs before any script of a page. A fresh or cleaned tab holds nothing; whatever is there was left by an earlier
    /// visit, even if it was written in that visit's last moment, after the cleaning.
    /// </summary>
    public const string DetectLeftovers = """
        var leftovers = false;
        if (window === window.top) {
          try { leftovers = window.name !== '' || localStorage.length > 0 || sessionStorage.length > 0; } catch { }
        }
        """;

    /// <summary>Whether the document's origin has stored anything that outlives its tab.</summary>
    public const string HasStorage = """
        (async () => {
          try {
            return localStorage.length > 0 || (await indexedDB.databases()).length > 0
              || ('caches' in window && (await caches.keys()).length > 0);
          } catch { return false; }
        })()
        """;

    /// <summary>
    /// Waits until a page with scripts has changed nothing for <paramref name="quiet"/> (at most
    /// <paramref name="settle"/>), then reads it in the same round trip and empties what is cheap to empty.
    /// </summary>
    public static string SettleAndRead(TimeSpan quiet, TimeSpan settle, int maxLength) =>
        $$"""
            (async () => {
              const [quietMs, settleMs, maxLength] = [{{(int)quiet.TotalMilliseconds}}, {{(int)
                settle.TotalMilliseconds}}, {{maxLength}}];
              const moves = document.scripts.length > 0 || document.querySelector('meta[http-equiv="refresh" i]') !== null;
              if (moves && settleMs > 0) {
                await new Promise(resolve => {
                  let quiet;
                  const observer = new MutationObserver(() => { clearTimeout(quiet); quiet = setTimeout(done, quietMs); });
                  const limit = setTimeout(done, settleMs);
                  function done() { observer.disconnect(); clearTimeout(quiet); clearTimeout(limit); resolve(); }
                  quiet = setTimeout(done, quietMs);
                  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
                });
              }
              const type = document.doctype ? '<!DOCTYPE ' + document.doctype.name + '>\n' : '';
              const html = type + (document.documentElement?.outerHTML ?? '');
              const dirty = await {{HasStorage}};
              try { sessionStorage.clear(); } catch { }
              window.name = '';
              return {
                // Half a surrogate pair, which a script can write, has no place in JSON.
                html: html.length > maxLength ? null : html.toWellFormed(),
                url: location.href,
                dirty,
                leftovers: globalThis.leftovers === true,
              };
            })()
            """;
}
