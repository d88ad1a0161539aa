namespace FunctionsCrawler.Browsing;

/// <summary>
/// The scripts a tab runs in its pages. All but <see cref="DisableDisruptiveApis"/> and <see cref="TimerWatch.Install"/> run
/// in an isolated world: they share the page's document but not its JavaScript globals, so page scripts cannot interfere with
/// them.
/// </summary>
internal static class TabScripts
{
    /// <summary>The name of the isolated world.</summary>
    public const string World = "functions-crawler";

    /// <summary>Runs in the page's own world, before its scripts: disables window.close and service workers.</summary>
    public const string DisableDisruptiveApis = """
        // Only the crawler closes tabs.
        window.close = () => { };
        // A service worker would answer requests of later visits.
        if (window.ServiceWorkerContainer) ServiceWorkerContainer.prototype.register = () => new Promise(() => { });
        """;

    /// <summary>
    /// Runs before any script of a page. A new or cleaned tab has no stored data, so anything found here was left by an
    /// earlier visit, possibly written after the cleaning.
    /// </summary>
    public const string DetectLeftovers = """
        var leftovers = false;
        if (window === window.top) {
          try { leftovers = window.name !== '' || localStorage.length > 0 || sessionStorage.length > 0; } catch { }
        }
        """;

    /// <summary>Evaluates to whether <see cref="DetectLeftovers"/> found something.</summary>
    public const string HasLeftovers = "globalThis.leftovers === true";

    /// <summary>
    /// Evaluates to whether the document's origin has stored data that outlives its tab, or shares something with other tabs.
    /// </summary>
    public const string HasStorage = $$"""
        (async () => {
          const has = async look => { try { return await look(); } catch { return false; } };
          // What was found first decides; most of these exist in secure contexts only.
          if (await has(() => localStorage.length > 0) || {{ChannelWatch.IsUsed}}) return true;
          const found = await Promise.all([
            has(async () => (await indexedDB.databases()).length > 0),
            has(async () => (await caches.keys()).length > 0),
            has(async () => !(await (await navigator.storage.getDirectory()).keys().next()).done),
            has(async () => (await navigator.storageBuckets.keys()).length > 0),
            has(async () => (await navigator.serviceWorker.getRegistrations()).length > 0),
          ]);
          return found.includes(true);
        })()
        """;

    /// <summary>
    /// As <see cref="HasStorage"/>, for a frame of another origin. What such a frame stores for the tab is not cleared, so it
    /// counts as well.
    /// </summary>
    public const string HasFrameStorage = $$"""
        (async () => {
          try { if (sessionStorage.length > 0) return true; } catch { }
          return await {{HasStorage}};
        })()
        """;

    /// <summary>
    /// Evaluates to a function that returns the document and the open shadow roots in it, outer ones first. It stops looking
    /// after a number of elements.
    /// </summary>
    public const string Roots = """
        (maxElements => {
          const roots = [document];
          let seen = 0;
          for (const root of roots) {
            const elements = root.querySelectorAll('*');
            if ((seen += elements.length) > maxElements) break;
            // A form has its field of this name instead.
            for (const element of elements) if (element.shadowRoot instanceof ShadowRoot) roots.push(element.shadowRoot);
          }
          return roots;
        })
        """;

    /// <summary>
    /// Evaluates to a function of documents and shadow roots: their number of nodes (elements, texts, comments), and the number of
    /// characters of the texts and comments. A script can create half a gigabyte of text at no cost, so this comes before
    /// serialising.
    /// </summary>
    public const string Measure = """
        (roots => {
          let nodes = 0, length = 0;
          for (const root of roots) {
            nodes += root.querySelectorAll('*').length;
            for (const others = document.createNodeIterator(root, ~NodeFilter.SHOW_ELEMENT); others.nextNode(); nodes++)
              length += others.referenceNode.length ?? 0;
          }
          return { nodes, length };
        })
        """;

    /// <summary>
    /// Evaluates to a function that waits for a number of frames, so that the page has been drawn, and observers of what is
    /// visible have been called. A page that is not drawn has none; it waits 0.1 s for each instead.
    /// </summary>
    public const string Frames = """
        (count => new Promise(resolve => {
          const limit = setTimeout(resolve, 100 * count);
          const next = left => left === 0 ? (clearTimeout(limit), resolve()) : requestAnimationFrame(() => next(left - 1));
          next(count);
        }))
        """;

    /// <summary>Evaluates to the number of nodes (elements, texts, comments) in the document and its open shadow roots.</summary>
    /// <param name="maxNodes">Beyond this number the count may be too low, but not below it.</param>
    public static string CountNodes(int maxNodes) => $"{Measure}({Roots}({maxNodes})).nodes";
}
