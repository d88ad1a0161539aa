using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Classifies elements by their default display in the HTML standard's rendering section (15.3).</summary>
internal static class ElementKinds
{
    public static bool IsBlock(IElement element) =>
        element.LocalName switch
        {
            "html"
            or "body"
            or "address"
            or "blockquote"
            or "center"
            or "dialog"
            or "div"
            or "figure"
            or "figcaption" => true,
            "footer" or "form" or "header" or "hr" or "legend" or "listing" or "main" or "p" or "plaintext" or "pre" =>
                true,
            "search" or "xmp" or "article" or "aside" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "hgroup" =>
                true,
            "nav" or "section" or "dir" or "dd" or "dl" or "dt" or "menu" or "ol" or "ul" or "li" or "table" => true,
            "caption" or "colgroup" or "col" or "thead" or "tbody" or "tfoot" or "tr" or "td" or "th" => true,
            "fieldset" or "details" or "summary" or "optgroup" or "frameset" or "frame" => true,
            "iframe" or "textarea" => true,
            "code" => IsStyledAsPreformatted(element),
            _ => false,
        };

    public static bool IsList(IElement element) => element.LocalName is "ul" or "ol" or "menu" or "dir";

    /// <summary>Whether line ends and spaces inside an element are shown as they are.</summary>
    public static bool IsPreformatted(IElement element) =>
        element.LocalName switch
        {
            "pre" or "listing" or "xmp" or "plaintext" or "textarea" => true,
            "div" => element.Attributes.Length > 0
                && (
                    IsListing(element.ClassName)
                    || EditorClassOf(element) is not null
                    || IsStyledAsPreformatted(element)
                ),
            "table" => element.ClassName is { Length: > 0 }
                && element.ClassList.Any(name => name is "js-file-line-container" or "hljs-ln"),
            "code" => IsStyledAsPreformatted(element),
            _ => false,
        };

    /// <summary>The element that holds the text of a code editor such as CodeMirror; null if the element is no editor.</summary>
    public static IElement? EditorTextOf(IElement element) =>
        EditorClassOf(element) is { } text ? element.QuerySelector(text) : null;

    // Doxygen writes code as div.fragment with one div.line per line, which only its style sheet preformats.
    private static bool IsListing(string? className) =>
        className is { Length: > 0 }
        && (
            string.Equals(className, "fragment", StringComparison.Ordinal)
            || className.StartsWith("syntaxhighlighter ", StringComparison.Ordinal)
        );

    private static string? EditorClassOf(IElement element)
    {
        if (
            !string.Equals(element.LocalName, "div", StringComparison.Ordinal)
            || element.ClassName is not { Length: > 0 }
        )
            return null;
        foreach (var name in element.ClassList)
        {
            var text = name switch
            {
                "CodeMirror" => ".CodeMirror-code",
                "cm-editor" => ".cm-content",
                "monaco-editor" => ".view-lines",
                "ace_editor" => ".ace_text-layer",
                _ => null,
            };
            if (text is not null)
                return text;
        }
        return null;
    }

    private static bool IsStyledAsPreformatted(IElement element)
    {
        if (element.GetAttribute("style") is not { Length: > 0 } style)
            return false;
        var value = Styles.ValueOf(style, "white-space");
        if (value is null || !value.StartsWith("pre", StringComparison.OrdinalIgnoreCase) || value is "pre-line")
            return false;
        // Pages set it on whole sections too, so one more sign of code is asked for.
        return string.Equals(element.LocalName, "code", StringComparison.Ordinal)
            ? Styles.ValueOf(style, "display") is "block" or "grid" or "flex"
            : Styles.ValueOf(style, "font-family")?.Contains("mono", StringComparison.OrdinalIgnoreCase) is true;
    }
}
