using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Decides which elements are hidden, from the markup alone because style sheets are not loaded.</summary>
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
        IsNeverRendered(element)
        || IsHiddenByAttribute(element)
        || LeftOutMark.IsOn(element)
        || IsPermalink(element)
        || IsCopyButton(element);

    /// <summary>Whether an element's content is for machines, a fallback, or the value of a form control.</summary>
    public static bool IsNeverRendered(IElement element) =>
        element.LocalName switch
        {
            "script" => !Formulas.IsSource(element),
            "style" or "template" or "noscript" or "head" or "title" or "svg" => true,
            "object" or "embed" or "audio" or "video" or "canvas" or "noframes" or "noembed" => true,
            "input" or "textarea" => !FormControls.IsContent(element),
            "select" or "datalist" or "option" => true,
            "img" => IsPixel(element),
            "rp" or "annotation" or "annotation-xml" => true,
            "dialog" => !element.HasAttribute("open"),
            _ => false,
        };

    /// <summary>
    /// Whether an element is a heading's link to itself, which documentation generators such as Sphinx and MkDocs show only
    /// on hover.
    /// </summary>
    public static bool IsPermalink(IElement element) =>
        string.Equals(element.LocalName, "a", StringComparison.Ordinal)
        && element.GetAttribute("href") is { } href
        && (href.StartsWith('#') || element.ClassList.Contains("headerlink"))
        && HasShortText(element)
        && PermalinkSigns.Contains(element.TextContent.Trim())
        && element.QuerySelector("img") is null;

    /// <summary>Whether the hidden attribute or the style attribute hides an element.</summary>
    public static bool IsHiddenByAttribute(IElement element) =>
        element.Attributes.Length > 0
        && (
            element.HasAttribute("hidden")
            || (
                element.GetAttribute("style") is { } style
                && string.Equals(Styles.ValueOf(style, "display"), "none", StringComparison.OrdinalIgnoreCase)
            )
        );

    // Counts readers, and is not meant to be seen.
    private static bool IsPixel(IElement image) =>
        image.GetAttribute("width") is "0" or "1" && image.GetAttribute("height") is "0" or "1";

    // Next to code, on most documentation sites. Other buttons are kept: they head what they open.
    private static bool IsCopyButton(IElement element) =>
        (element.LocalName is "button" or "clipboard-copy" || element.GetAttribute("role") is "button")
        && ShortText.Of(element)?.Trim() is { Length: <= 24 } text
        && (
            text.Equals("copy", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("copy ", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("copied", StringComparison.OrdinalIgnoreCase)
        );

    // Keeps the permalink check cheap for anchors that wrap whole sections.
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
