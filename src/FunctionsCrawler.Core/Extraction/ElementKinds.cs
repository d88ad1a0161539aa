using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>How the HTML standard's rendering section (15.3) displays elements without a style sheet.</summary>
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
            _ => false,
        };

    public static bool IsList(IElement element) => element.LocalName is "ul" or "ol" or "menu" or "dir";

    public static bool IsPreformatted(IElement element) =>
        element.LocalName is "pre" or "listing" or "xmp" or "plaintext" || IsDoxygenFragment(element);

    /// <summary>Doxygen writes code as div.fragment with one div.line per line and has its style sheet do the rest.</summary>
    private static bool IsDoxygenFragment(IElement element) =>
        string.Equals(element.LocalName, "div", StringComparison.Ordinal)
        && string.Equals(element.ClassName, "fragment", StringComparison.Ordinal);
}
