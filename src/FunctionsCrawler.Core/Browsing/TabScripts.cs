using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// The scripts a tab runs in its pages. All but <see cref="Tame"/> run in a world of their own: they share the page's
/// document and nothing of what its scripts did to their window.
/// </summary>
internal static class TabScripts
{
    // In JSON a character may take six bytes, and there are several copies on the way.
    private const int PieceLength = 1024 * 1024;

    /// <summary>The name of that world.</summary>
    public const string World = "functions-crawler";

    /// <summary>Runs among a page's scripts, before them.</summary>
    public const string Tame = """
        // The tab is ours to close, not the page's.
        window.close = () => { };
        // A service worker would answer the next visit's requests.
        if (window.ServiceWorkerContainer) ServiceWorkerContainer.prototype.register = () => new Promise(() => { });
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

    /// <summary>How many elements, texts and comments the document has.</summary>
    public const string CountNodes = """
        (() => {
          let count = document.getElementsByTagName('*').length;
          for (const others = document.createNodeIterator(document, ~NodeFilter.SHOW_ELEMENT); others.nextNode();) count++;
          return count;
        })()
        """;

    /// <summary>The next piece of what <see cref="SettleAndRead"/> has read, from the given place in it.</summary>
    public static string ReadOn(int from) => $"piece({from})";

    /// <summary>
    /// Waits until a page with scripts has changed nothing for <paramref name="quiet"/> (at most
    /// <paramref name="settle"/>), then reads it in the same round trip and empties what is cheap to empty. A document
    /// beyond the limits is measured and not read; of a long one the answer has the first piece.
    /// </summary>
    public static string SettleAndRead(TimeSpan quiet, TimeSpan settle, PageLimits limits) =>
        $$"""
            (async () => {
              const [quietMs, settleMs] = [{{(int)quiet.TotalMilliseconds}}, {{(int)settle.TotalMilliseconds}}];
              const [maxNodes, maxLength, pieceLength] = [{{limits.MaxNodes}}, {{limits.MaxBytes}}, {{PieceLength}}];
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
              const nodes = {{CountNodes}};
              // Before it is serialised: a script makes a text of half a gigabyte out of nothing.
              let length = 0;
              if (nodes <= maxNodes)
                for (const texts = document.createNodeIterator(document, ~NodeFilter.SHOW_ELEMENT); texts.nextNode();)
                  length += texts.referenceNode.length ?? 0;
              let html = '';
              if (nodes <= maxNodes && length <= maxLength) {
                const type = document.doctype ? '<!DOCTYPE ' + document.doctype.name + '>\n' : '';
                // Half a surrogate pair, which a script can write, has no place in JSON.
                html = (type + (document.documentElement?.outerHTML ?? '')).toWellFormed();
                length = html.length;
              }
              globalThis.piece = from => {
                let end = Math.min(from + pieceLength, html.length);
                if (end < html.length && (html.charCodeAt(end) & 0xfc00) === 0xdc00) end--;
                return html.slice(from, end);
              };
              const dirty = await {{HasStorage}};
              try { sessionStorage.clear(); } catch { }
              window.name = '';
              return {
                nodes,
                length,
                html: length > maxLength ? '' : globalThis.piece(0),
                url: location.href,
                dirty,
                leftovers: globalThis.leftovers === true,
              };
            })()
            """;
}
