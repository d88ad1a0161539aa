using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Browsing;

/// <summary>The script that finds the element of a step, waits until a user could use it, and brings it into view.</summary>
internal static class ElementScript
{
    /// <summary>
    /// Evaluates to an object: <c>fault</c>, why the element cannot be used; otherwise <c>x</c> and <c>y</c>, a point of the
    /// element in CSS pixels of the viewport, and <c>result</c>, the value of <paramref name="use"/>.
    /// </summary>
    /// <param name="element">Which element: the first that is visible, in the document or an open shadow root.</param>
    /// <param name="use">A function of the element, called once it can be used. It may throw what is wrong with the element.</param>
    /// <param name="isClicked">Whether nothing may cover the element.</param>
    /// <param name="limit">How long the element is waited for.</param>
    /// <param name="maxNodes">After this many elements no more are looked at.</param>
    public static string Use(PageCondition element, string use, bool isClicked, TimeSpan limit, int maxNodes) =>
        $$"""
            (async () => {
              const value = {{JsonValue.Create(element.Value).ToJsonString()}};
              const roots = {{TabScripts.Roots}};
              const isVisible = e => e.checkVisibility({ visibilityProperty: true });
              const find = {{(element.Kind == ConditionKind.Text ? FindText : FindSelector)}};
              const findFault = {{FindFault}};
              const until = performance.now() + {{(int)limit.TotalMilliseconds}};
              const frames = {{TabScripts.Frames}};
              try {
                while (true) {
                  const named = find(roots({{maxNodes}}));
                  let fault = named ? '' : 'no element matches';
                  if (named) {
                    // A box that is drawn by its label is hidden itself.
                    const target = {{(
                isClicked ? "isVisible(named) ? named : [...(named.labels ?? [])].find(isVisible) ?? named" : "named"
            )}};
                    target.scrollIntoViewIfNeeded(true);
                    const before = target.getBoundingClientRect();
                    await frames(2);
                    const box = target.getBoundingClientRect();
                    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
                    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
                    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
                    const isStill = Math.abs(before.top - box.top) + Math.abs(before.left - box.left) < 1;
                    fault = isStill ? findFault(target, x, y, {{(isClicked ? "true" : "false")}}) : 'it keeps moving';
                    if (!fault) return { x, y, result: await ({{use}})(named) };
                  }
                  if (performance.now() >= until) return { fault };
                  await new Promise(resolve => setTimeout(resolve, 50));
                }
              } catch (error) { return { fault: error.message ?? String(error) }; }
            })()
            """;

    // Prefers elements that are visible; the first one that is not is returned if there are no others, for the message.
    private const string FindSelector = """
        (roots => {
          const all = roots.flatMap(root => [...root.querySelectorAll(value)]);
          return all.find(isVisible) ?? all[0];
        })
        """;

    // What a user sees counts, whatever its case: the first button, link or label with just this text, or else the first that
    // contains it, or else the innermost element. The text of what is not visible, such as a script, is not looked at.
    private const string FindText = """
        (roots => {
          const fold = text => (text ?? '').replace(/\s+/g, ' ').trim().toLowerCase();
          const wanted = fold(value);
          const textOf = e => fold(e instanceof HTMLInputElement ? e.value : e.innerText ?? e.textContent);
          const has = e => e.checkVisibility() && textOf(e).includes(wanted);
          const innermost = e => {
            for (const child of e.children) {
              const found = has(child) ? innermost(child) : null;
              if (found) return found;
            }
            return isVisible(e) ? e : null;
          };
          const used = 'button, a[href], summary, label, input:is([type=submit], [type=button], [type=reset]), '
            + '[role=button], [role=link], [role=tab], [role=menuitem], [role=option]';
          const usable = roots.flatMap(root => [...root.querySelectorAll(used)]).filter(e => isVisible(e) && has(e));
          const target = usable.find(e => textOf(e) === wanted) ?? usable[0];
          if (target) return target;
          for (const root of roots)
            for (const part of (root.body ?? root).children) {
              const found = has(part) ? innermost(part) : null;
              if (found) return found;
            }
        })
        """;

    // What covers an element may be in a shadow root, and a label may cover the box that it belongs to.
    private const string FindFault = """
        ((target, x, y, isClicked) => {
          const box = target.getBoundingClientRect();
          if (!isVisible(target) || box.width === 0 || box.height === 0)
            return 'it is not visible';
          if (target.matches(':disabled')) return 'it is disabled';
          if (!isClicked) return '';
          let hit = document.elementFromPoint(x, y);
          while (hit?.shadowRoot instanceof ShadowRoot) {
            const inner = hit.shadowRoot.elementFromPoint(x, y);
            if (!inner || inner === hit) break;
            hit = inner;
          }
          if (!hit) return 'it is outside of the window';
          const parentOf = e => e.parentElement ?? (e.getRootNode() instanceof ShadowRoot ? e.getRootNode().host : null);
          for (let e = hit; e; e = parentOf(e)) if (e === target || [...(target.labels ?? [])].includes(e)) return '';
          for (let e = target; e; e = parentOf(e)) if (e === hit && hit.localName === 'label') return '';
          const name = hit.localName + (hit.id ? '#' + hit.id : '');
          return `it is covered by <${name.slice(0, 100)}>`;
        })
        """;
}
