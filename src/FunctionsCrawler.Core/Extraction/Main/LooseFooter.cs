using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction.Main;

/// <summary>
/// Finds the footer of a page without elements for its parts: what follows the last rule. Pages of man2html, and many
/// written by hand, end so.
/// </summary>
internal static class LooseFooter
{
    private const int LongText = 300;
    private const double MostOfText = 0.25;
    private const int MostNodes = 40;

    /// <summary>The child nodes of the root that are its footer, from the rule on. Empty if there is none.</summary>
    public static List<INode> Of(PageOutline outline, OutlineEntry root)
    {
        // Below a part of a page, what follows the last rule is footnotes.
        if (!root.Is("body"))
            return [];
        var children = root.Element.ChildNodes;
        for (var i = children.Length - 1; i >= Math.Max(0, children.Length - MostNodes); i--)
            if (children[i] is IElement { LocalName: "hr" })
            {
                List<INode> nodes = [.. Enumerable.Range(i, children.Length - i).Select(at => children[at])];
                return IsFooter(outline, root, nodes) ? nodes : [];
            }
        return [];
    }

    private static bool IsFooter(PageOutline outline, OutlineEntry root, List<INode> nodes)
    {
        var elements = nodes.ToHashSet();
        var text = nodes.OfType<IText>().Sum(node => node.Data.Count(c => !char.IsWhiteSpace(c)));
        var links = 0;
        for (var child = outline.LastChild(root); child is not null; child = child.Previous)
        {
            if (!elements.Contains(child.Element))
                break;
            if (child.IsLeftOut)
                continue;
            if (
                child.Headings > 0
                || child.PageLinks > 0
                || child.Element.LocalName is "pre" or "table" or "ol" or "ul" or "dl"
            )
                return false;
            text += child.Text;
            links += child.Links;
        }
        return links > 0 && text <= Math.Min(LongText, root.Text * MostOfText);
    }
}
