using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>What a reader does not see, decided from the markup alone since style sheets are not loaded.</summary>
internal static class Visibility
{
    private static readonly HashSet<string> PermalinkSigns = new(StringComparer.Ordinal)
    {
        "",
        "#",
        "¶",
        "§",
        "\u221e",
        "\u2693",
        "\u2693\ufe0e",
        "\u2693\ufe0f",
        "\U0001f517",
        "\uf0c1",
        "\u200b",
    };

    public static bool IsHidden(IElement element) =>
        IsNeverRendered(element) || IsHiddenByAttribute(element) || IsPermalink(element);

    /// <summary>Elements whose content is for machines, is a fallback, or is a form control's value.</summary>
    public static bool IsNeverRendered(IElement element) =>
        element.LocalName switch
        {
            "script" or "style" or "template" or "noscript" or "head" or "title" or "svg" => true,
            "iframe" or "object" or "embed" or "audio" or "video" or "canvas" or "noframes" or "noembed" => true,
            "select" or "input" or "textarea" or "datalist" or "option" or "progress" or "meter" => true,
            "rp" or "annotation" or "annotation-xml" => true,
            "dialog" => !element.HasAttribute("open"),
            _ => false,
        };

    /// <summary>Sphinx, MkDocs and their kin put an anchor to the heading itself beside it and show it on hover only.</summary>
    public static bool IsPermalink(IElement element) =>
        string.Equals(element.LocalName, "a", StringComparison.Ordinal)
        && element.GetAttribute("href") is { } href
        && (href.StartsWith('#') || element.ClassList.Contains("headerlink"))
        && HasShortText(element)
        && PermalinkSigns.Contains(element.TextContent.Trim())
        && element.QuerySelector("img") is null;

    private static bool IsHiddenByAttribute(IElement element)
    {
        if (element.Attributes.Length == 0)
            return false;
        if (element.HasAttribute("hidden"))
            return true;
        return element.GetAttribute("style") is { } style
            && style.Contains("display", StringComparison.OrdinalIgnoreCase)
            && DeclaresNoDisplay(style);
    }

    private static bool DeclaresNoDisplay(string style)
    {
        foreach (var declaration in style.Split(';'))
        {
            var colon = declaration.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !declaration.AsSpan(0, colon).Trim().Equals("display", StringComparison.OrdinalIgnoreCase))
                continue;
            var value = declaration.AsSpan(colon + 1).Trim();
            if (
                value.StartsWith("none", StringComparison.OrdinalIgnoreCase)
                && (value.Length == 4 || value[4] is ' ' or '!')
            )
                return true;
        }
        return false;
    }

    // Keeps the permalink test cheap for anchors around whole sections.
    private static bool HasShortText(INode node)
    {
        while (true)
        {
            if (node.ChildNodes.Length > 3)
                return false;
            if (node.ChildNodes.Length == 0)
                return node is not ICharacterData data || data.Length <= 8;
            if (node.ChildNodes.Length > 1)
            {
                foreach (var child in node.ChildNodes)
                    if (!HasShortText(child))
                        return false;
                return true;
            }
            node = node.ChildNodes[0];
        }
    }
}
