using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>The script that waits until a document has settled and reads it, in one round trip.</summary>
internal static class ReadScript
{
    // One message carries at most this many characters: in JSON one may take six bytes, and the message is copied several
    // times.
    private const int PieceLength = 1024 * 1024;

    // A timer that is due later than this is no reason to wait for a document that has content.
    private const int UsualTimerMs = 500;

    // For a document that looks unfinished, it is.
    private const int UnfinishedTimerMs = 3000;

    // Documents with less text than this, in characters, look unfinished: a title, "Loading…", perhaps a menu.
    private const int LittleText = 200;

    // A main part with less is empty.
    private const int EmptyText = 20;

    /// <summary>
    /// Waits until a page with scripts has not changed for a while and none of its timers is due, then reads it and clears
    /// session storage and window.name. A document beyond the limits is measured but not read; of a long document the result
    /// contains only the first piece.
    /// </summary>
    /// <param name="settle">What is left of the time to settle.</param>
    /// <param name="isUnfinished">Whether the document looked unfinished when it was read before.</param>
    /// <param name="limits">The limits of a document.</param>
    /// <param name="change">A script that changes the settled document before it is read; null for none.</param>
    public static string SettleAndRead(
        SettleLimits settle,
        bool isUnfinished,
        PageLimits limits,
        string? change = null
    ) =>
        $$"""
            (async () => {
              const [quietMs, firstMs] = [{{Ms(settle.Quiet)}}, {{Ms(
                isUnfinished ? settle.Unfinished : settle.Usual
            )}}];
              const [usualMs, unfinishedMs] = [{{Ms(settle.Usual)}}, {{Ms(settle.Unfinished)}}];
              const [maxNodes, maxLength, pieceLength] = [{{limits.MaxNodes}}, {{limits.MaxBytes}}, {{PieceLength}}];
              const roots = {{TabScripts.Roots}};
              const looksUnfinished = {{LooksUnfinished}};
              const isTimerDue = {{TimerWatch.IsDue}};
              // The event that announced the end of parsing may have been that of the document before. A document that was
              // opened again by document.open, or that broke off, stays in this state.
              const asked = performance.now();
              const isParsed = () => document.readyState !== 'loading'
                || performance.getEntriesByType('navigation').some(n => n.domInteractive > 0);
              while (!isParsed() && performance.now() - asked < {{Ms(settle.Parsing)}})
                await new Promise(resolve => setTimeout(resolve, 10));
              const started = performance.now();
              const whenQuiet = (limitMs, parts) => new Promise(resolve => {
                let quiet = setTimeout(done, quietMs);
                const observer = new MutationObserver(() => { clearTimeout(quiet); quiet = setTimeout(done, quietMs); });
                const limit = setTimeout(done, limitMs);
                function done() { observer.disconnect(); clearTimeout(quiet); clearTimeout(limit); resolve(); }
                for (const part of parts)
                  observer.observe(part, { subtree: true, childList: true, characterData: true, attributes: true });
              });
              const mayChange = document.scripts.length > 0 || document.querySelector('meta[http-equiv="refresh" i]') !== null;
              let parts = [document], left = mayChange ? firstMs : 0, unfinished, timerDue;
              while (true) {
                if (left > 0) await whenQuiet(left, parts);
                const known = parts.length;
                parts = roots(maxNodes);
                unfinished = mayChange && looksUnfinished(parts);
                timerDue = mayChange && isTimerDue(unfinished ? {{UnfinishedTimerMs}} : {{UsualTimerMs}});
                // Changes in new shadow roots were not observed.
                if (left <= 0 || !(timerDue || parts.length > known)) break;
                left = (unfinished ? unfinishedMs : usualMs) - (performance.now() - started);
              }
              {{(change is null ? "" : $"{change}; parts = roots(maxNodes);")}}
              let { nodes, length } = {{TabScripts.Measure}}(parts);
              let html = '';
              if (nodes <= maxNodes && length <= maxLength) {
                const type = document.doctype ? '<!DOCTYPE ' + document.doctype.name + '>\n' : '';
                // Scripts can create lone surrogates, which JSON cannot represent.
                const serialize = () => ({{Serialize}})(document.documentElement, parts.slice(1));
                html = (type + ({{PassedRows.Add}})(serialize, maxLength)).toWellFormed();
                length = html.length;
              }
              globalThis.piece = from => {
                let end = Math.min(from + pieceLength, html.length);
                if (end < html.length && (html.charCodeAt(end) & 0xfc00) === 0xdc00) end--;
                return html.slice(from, end);
              };
              const dirty = await {{TabScripts.HasStorage}};
              try { sessionStorage.clear(); } catch { }
              window.name = '';
              return {
                nodes,
                length,
                html: length > maxLength ? '' : globalThis.piece(0),
                url: location.href,
                dirty,
                unfinished,
                timerDue,
                leftovers: {{TabScripts.HasLeftovers}},
              };
            })()
            """;

    /// <summary>Evaluates to the next piece of the HTML that <see cref="SettleAndRead"/> read, starting at a character offset.</summary>
    public static string ReadPiece(int from) => $"piece({from})";

    // A function of the document and its shadow roots: hardly any text, an empty main part, or a sign that something is being
    // loaded. Long texts are not read: a script can create half a gigabyte of text at no cost.
    private static readonly string LooksUnfinished = $$"""
        (parts => {
          const textOf = (part, most) => {
            let length = 0;
            for (const texts = document.createNodeIterator(part, NodeFilter.SHOW_TEXT); length < most && texts.nextNode();) {
              const text = texts.referenceNode;
              if (!/^(script|style|noscript|template)$/i.test(text.parentNode.nodeName))
                length += text.length > 10 * most ? most : text.data.trim().length;
            }
            return length;
          };
          if (document.querySelector('[aria-busy="true" i], [role="progressbar" i]')) return true;
          let length = 0;
          for (const part of parts) length += textOf(part.body ?? part, {{LittleText}});
          if (length < {{LittleText}}) return true;
          const mains = document.querySelectorAll('main, [role="main" i], #app, #root, #__next, #__nuxt, app-root');
          return [...mains].some(main => textOf(main, {{EmptyText}}) < {{EmptyText}}
            && !main.shadowRoot && !main.querySelector('img, svg, canvas, video, iframe'));
        })
        """;

    // A function of the root element and the open shadow roots: its HTML, in which they are declarative shadow roots.
    private const string Serialize = """
        ((element, shadowRoots) => {
          if (!element || shadowRoots.length === 0) return element?.outerHTML ?? '';
          const tags = element.cloneNode(false).outerHTML;
          const end = tags.lastIndexOf('</');
          return tags.slice(0, end) + element.getHTML({ shadowRoots }) + tags.slice(end);
        })
        """;

    private static int Ms(TimeSpan time) => (int)time.TotalMilliseconds;
}
