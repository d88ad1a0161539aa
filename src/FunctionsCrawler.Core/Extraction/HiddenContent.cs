using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Reveals content that a page hides until a reader asks for it: the other panels of tabs, answers in accordions. What opens
/// over or beside the content stays hidden: dialogs, menus, messages, search boxes, copies for other screens.
/// </summary>
/// <remarks>Decided from the markup, because neither scripts nor style sheets are run. See docs/decisions/0155.</remarks>
internal static class HiddenContent
{
    private static readonly HashSet<string> Containers = new(StringComparer.Ordinal)
    {
        "article",
        "dd",
        "div",
        "figure",
        "li",
        "ol",
        "pre",
        "section",
        "table",
        "tabpanel",
        "ul",
        "dl",
    };

    private static readonly string[] PanelNames =
    [
        "tab-pane",
        "tabpanel",
        "tab-panel",
        "tabs-panel",
        "tab-content",
        "tabs-content",
        "tabcontent",
        "tabbed-block",
        "accordion",
        "collapse",
        "collapsible",
        "expandable",
        "faq",
        "answer",
        "spoiler",
        "toggle-content",
    ];

    private static readonly string[] OverlayNames =
    [
        "modal",
        "dialog",
        "popup",
        "popover",
        "tooltip",
        "overlay",
        "lightbox",
        "cookie",
        "consent",
        "banner",
        "toast",
        "notification",
        "alert",
        "dropdown",
        "drop-down",
        "menu",
        "nav",
        "search",
        "sidebar",
        "offcanvas",
        "drawer",
        "newsletter",
        "subscribe",
        "login",
        "share",
        "print",
        "mobile",
        "sr-only",
        "visually-hidden",
        "screen-reader",
        "loading",
        "loader",
        "spinner",
        "skeleton",
        "template",
        "error",
        "debug",
        "noscript",
        "no-js",
        "ad-",
        "ads",
    ];

    // State of one panel, not a difference between panels.
    private static readonly HashSet<string> StateNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "active",
        "current",
        "selected",
        "hidden",
        "hide",
        "show",
        "in",
        "open",
        "closed",
        "is-active",
        "is-hidden",
        "d-none",
    };

    /// <summary>Removes what hides such content, from the hidden attribute and from the style attribute.</summary>
    public static void Reveal(IDocument document)
    {
        var hidden = new Dictionary<INode, List<IElement>>();
        foreach (var element in document.QuerySelectorAll("[hidden], [style]"))
            if (element.Parent is { } parent && Visibility.IsHiddenByAttribute(element))
                (hidden.TryGetValue(parent, out var list) ? list : hidden[parent] = []).Add(element);
        if (hidden.Count == 0)
            return;
        var controlled = Controlled(document);
        foreach (var (parent, elements) in hidden)
        {
            var panels = PanelsAmong(parent, elements);
            foreach (var element in elements)
                if (IsContent(element, controlled, panels.Contains(element)))
                    Show(element);
        }
    }

    private static bool IsContent(IElement element, HashSet<string> controlled, bool isPanel)
    {
        if (!Containers.Contains(element.LocalName) || IsInCode(element))
            return false;
        // Browsers search in it and open it where something is found.
        if (string.Equals(element.GetAttribute("hidden"), "until-found", StringComparison.OrdinalIgnoreCase))
            return true;
        var role = element.GetAttribute("role");
        if (role is "tabpanel")
            return true;
        if (role is not (null or "" or "region" or "group" or "article" or "list" or "presentation" or "none"))
            return false;
        var names = $"{element.ClassName} {element.Id}";
        if (ContainsAny(names, OverlayNames) || element.HasAttribute("aria-modal"))
            return false;
        return isPanel
            || ContainsAny(names, PanelNames)
            || (element.Id is { Length: > 0 } id && controlled.Contains(id));
    }

    /// <summary>The ids of what buttons and tabs open, except in navigation.</summary>
    private static HashSet<string> Controlled(IDocument document)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (
            var control in document.QuerySelectorAll(
                "[aria-controls], [data-bs-target], [data-target], [role='tab'][href], [data-toggle][href]"
            )
        )
        {
            if (control.GetAttribute("aria-haspopup") is not (null or "false") || control.LocalName is "input" or "nav")
                continue;
            foreach (var name in (string[])["aria-controls", "data-bs-target", "data-target", "href"])
            foreach (var id in (control.GetAttribute(name) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                ids.Add(id.TrimStart('#'));
        }
        return ids;
    }

    /// <summary>
    /// The hidden elements that are panels by their neighbours: a heading or button directly before them opens them, or visible
    /// elements of the same kind, and no others, stand beside them.
    /// </summary>
    private static HashSet<IElement> PanelsAmong(INode parent, List<IElement> hidden)
    {
        var panels = new HashSet<IElement>();
        if (parent is not IElement { LocalName: not ("body" or "html" or "head") } container)
            return panels;
        var waiting = new HashSet<IElement>(hidden);
        var kinds = new Dictionary<string, bool>(StringComparer.Ordinal);
        var others = 0;
        IElement? previous = null;
        var children = container.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is not IElement child)
                continue;
            var isHidden = waiting.Contains(child);
            if (isHidden && previous is not null && Opens(previous))
                panels.Add(child);
            if (Containers.Contains(child.LocalName))
                kinds[KindOf(child)] = kinds.GetValueOrDefault(KindOf(child)) || !isHidden;
            else if (child.LocalName is not ("script" or "style" or "template") && !isHidden)
                others++;
            previous = child;
        }
        if (others == 0 && kinds.Count == 1 && kinds.Values.Single())
            panels.UnionWith(hidden.Where(element => Containers.Contains(element.LocalName)));
        return panels;
    }

    private static bool Opens(IElement element) =>
        element.LocalName is "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "button" or "summary" or "dt"
        || element.HasAttribute("aria-expanded")
        || element.GetAttribute("role") is "button"
        || element.FirstElementChild is { } inner
            && (inner.LocalName is "button" || inner.HasAttribute("aria-expanded"));

    private static string KindOf(IElement element) =>
        element.ClassName is not { Length: > 0 }
            ? element.LocalName
            : $"{element.LocalName} {string.Join(' ', element.ClassList.Where(name => !StateNames.Contains(name)).Order(StringComparer.Ordinal))}";

    private static bool IsInCode(IElement element)
    {
        var ancestor = element.ParentElement;
        for (var height = 0; height < 3 && ancestor is not null; height++, ancestor = ancestor.ParentElement)
            if (ElementKinds.IsPreformatted(ancestor))
                return true;
        return false;
    }

    private static bool ContainsAny(string text, string[] names) =>
        names.Any(name => text.Contains(name, StringComparison.OrdinalIgnoreCase));

    private static void Show(IElement element)
    {
        element.RemoveAttribute("hidden");
        if (Visibility.IsHiddenByAttribute(element))
            element.RemoveAttribute("style");
    }
}
