using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Recognises what highlighters and editors put beside code: line numbers and buttons.</summary>
internal static class CodeGutter
{
    private static readonly HashSet<string> Names = new(StringComparer.Ordinal)
    {
        // Pygments, Chroma, Rouge, Hexo, SyntaxHighlighter, highlight.js with line numbers, Prism.
        "linenos",
        "lineno",
        "linenodiv",
        "lnt",
        "ln",
        "gutter",
        "rouge-gutter",
        "hljs-ln-numbers",
        "line-numbers-rows",
        "line-number",
        "linenumber",
        "react-syntax-highlighter-line-number",
        // Javadoc and rustdoc listings.
        "source-line-no",
        "src-line-numbers",
        // GitHub.
        "blob-num",
        "react-code-line-number",
        // CodeMirror, Ace, Monaco.
        "CodeMirror-linenumber",
        "CodeMirror-gutter-wrapper",
        "CodeMirror-gutters",
        "CodeMirror-cursors",
        "CodeMirror-measure",
        "cm-gutters",
        "ace_gutter",
        "margin-view-overlays",
        // Buttons that are not button elements.
        "toolbar",
        "test-arrow",
        "copybtn",
        "copy-button",
        "btn-clipboard",
    };

    /// <summary>Whether an element inside preformatted text is not part of the text.</summary>
    public static bool IsPartOf(IElement element) =>
        element.LocalName is "button" or "clipboard-copy"
        || (
            element.Attributes.Length > 0
            && (
                HasName(element)
                || element.GetAttribute("role") is "button"
                // Listings of rustdoc link each line number to itself.
                || (element.LocalName is "a" && element.HasAttribute("data-nosnippet"))
            )
        );

    /// <summary>
    /// Whether a cell holds nothing but the line numbers of the code in another cell: the numbers are in preformatted text, or
    /// the cell is named as a gutter.
    /// </summary>
    public static bool IsCell(IElement cell)
    {
        if (cell.LocalName is not ("td" or "th"))
            return false;
        var isNamed = HasName(cell);
        return (isNamed || HoldsOnlyPreformatted(cell))
            && HasCodeBeside(cell)
            && HasOnlyNumbers(cell)
            && (isNamed || AreConsecutive(cell.TextContent));
    }

    private static bool HasName(IElement element) =>
        element.ClassName is { Length: > 0 } && element.ClassList.Any(Names.Contains);

    private static bool HoldsOnlyPreformatted(IElement cell)
    {
        var inner = cell;
        for (var depth = 0; depth < 3 && inner is not null; depth++)
        {
            if (ElementKinds.IsPreformatted(inner))
                return true;
            inner = inner.ChildElementCount == 1 ? inner.FirstElementChild : null;
        }
        return false;
    }

    private static bool HasCodeBeside(IElement cell) =>
        // Two or three cells. Not counted, because a row may have many.
        cell.ParentElement
            is { } row
        && row.Children.Skip(1).Any()
        && !row.Children.Skip(3).Any()
        && row.Children.Any(other =>
            other != cell
            && (other.ClassList.Contains("code") || other.QuerySelector("pre, code") is not null || HasName(other))
        );

    // Ends at the first other sign, because a cell may hold a whole page.
    private static bool HasOnlyNumbers(INode parent)
    {
        var children = parent.ChildNodes;
        for (var i = 0; i < children.Length; i++)
            if (
                children[i] is IText text
                    ? !text.Data.All(c => char.IsAsciiDigit(c) || char.IsWhiteSpace(c))
                    : !HasOnlyNumbers(children[i])
            )
                return false;
        return true;
    }

    private static bool AreConsecutive(string text)
    {
        var expected = -1;
        foreach (var word in text.AsSpan().Trim().Split('\n'))
        {
            if (!int.TryParse(text.AsSpan().Trim()[word], out var number) || (expected >= 0 && number != expected))
                return false;
            expected = number + 1;
        }
        return expected >= 0;
    }
}
