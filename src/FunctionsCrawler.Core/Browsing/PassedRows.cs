namespace FunctionsCrawler.Browsing;

/// <summary>
/// Scripts that keep the rows of virtual lists. Such a list holds only the rows that are visible; while the page is scrolled, the
/// rows that have passed are replaced by others, or get the content of others.
/// </summary>
/// <remarks>Both share the global variable <c>passedLists</c> of the crawler's world; the page cannot see it.</remarks>
internal static class PassedRows
{
    /// <summary>
    /// Statements that keep the rows which the page's lists show now. A list is an element with at least five children of one
    /// name. The parts that scroll and the page itself are looked at.
    /// </summary>
    /// <remarks>
    /// A row is known by its position: an index attribute, or coordinates. Without one, by its text. So a row that shows
    /// "Loading…" first is kept with its later content, where positions tell.
    /// </remarks>
    public const string Collect = """
        (() => {
          const minRows = 5, maxRows = 20000, maxLength = 8_000_000, maxElements = 10000;
          const state = globalThis.passedLists ??= { lists: new Map(), rows: 0, length: 0 };
          const isList = e => e.childElementCount >= minRows
            && [...e.children].filter(c => c.localName === e.firstElementChild.localName).length >= minRows;
          const indexNames = ['aria-rowindex', 'aria-posinset', 'data-index', 'data-row-index', 'data-item-index', 'row-index'];
          const keyOf = row => {
            const name = indexNames.find(n => row.hasAttribute(n));
            if (name) return name + row.getAttribute(name);
            const { position, top, transform } = row.style ?? {};
            if (position === 'absolute' && (top || transform)) return `${top} ${transform}`;
            return row.id || row.textContent.replace(/\s+/g, ' ') + (row.querySelector('a[href]')?.getAttribute('href') ?? '');
          };
          const elements = [...document.querySelectorAll('body *')].slice(0, maxElements);
          for (const list of elements) {
            if (list instanceof HTMLFormElement || list instanceof HTMLSelectElement || !isList(list)) continue;
            const rows = state.lists.get(list) ?? new Map();
            state.lists.set(list, rows);
            for (const row of list.children) {
              if (state.rows >= maxRows || state.length >= maxLength) return;
              if (/^(script|style|template|link)$/.test(row.localName)) continue;
              const html = row.outerHTML;
              if (html.length > maxLength / 10) continue;
              const key = keyOf(row);
              const known = rows.get(key);
              if (known === undefined) state.rows++;
              state.length += html.length - (known?.length ?? 0);
              rows.set(key, html);
            }
          }
        })();
        """;

    /// <summary>
    /// A function of one that serialises the document, and of the most characters: the HTML, in which each list also has the rows
    /// that it does not show any more. A list in which most rows only changed their text is not virtual and stays as it is.
    /// </summary>
    public const string Add = """
        ((serialize, maxLength) => {
          const lists = globalThis.passedLists?.lists;
          if (!lists) return serialize();
          const marks = [];
          for (const [list, rows] of lists) {
            if (!list.isConnected) continue;
            const shown = new Set([...list.children].map(row => row.outerHTML));
            const passed = [...rows.values()].filter(html => !shown.has(html));
            if (passed.length <= list.childElementCount / 2) continue;
            const mark = document.createComment(`passed-rows-${marks.length}-${crypto.randomUUID?.() ?? Math.random()}`);
            list.prepend(mark);
            marks.push([mark, passed.join('')]);
          }
          try {
            let html = serialize();
            for (const [mark, rows] of marks)
              if (html.length + rows.length <= maxLength) html = html.replace(`<!--${mark.data}-->`, () => rows);
            return html;
          } finally {
            for (const [mark] of marks) mark.remove();
          }
        })
        """;
}
