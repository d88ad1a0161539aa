using System.Globalization;
using System.Text;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

internal sealed partial class MarkdownWriter
{
    private void Table(IElement table, InlineStyle style)
    {
        var rows = new List<IElement>();
        if (table.GetAttribute("role") is "presentation" or "none" || !CollectRows(table, rows) || !IsGrid(rows))
        {
            Children(table, style);
            return;
        }
        foreach (var caption in table.ChildNodes.OfType<IElement>().Where(child => child.LocalName is "caption"))
            Node(caption, style);
        var grid = new TableGrid();
        foreach (var row in rows)
        {
            grid.BeginRow();
            foreach (var cell in row.ChildNodes.OfType<IElement>().Where(cell => !Visibility.IsHidden(cell)))
                grid.Add(OneLine(cell, style, TextPlace.Cell), SpanOf(cell, "colspan"), SpanOf(cell, "rowspan"));
        }
        if (grid.ToMarkdown(IsHeader(rows[0])) is { Length: > 0 } text)
            _output.Block(text);
    }

    /// <summary>Finds the rows; false if the table holds anything that has no place in one.</summary>
    private static bool CollectRows(IElement parent, List<IElement> rows)
    {
        var children = parent.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is IText text && !string.IsNullOrWhiteSpace(text.Data))
                return false;
            if (children[i] is not IElement child || Visibility.IsHidden(child))
                continue;
            switch (child.LocalName)
            {
                case "thead" or "tbody" or "tfoot":
                    if (!CollectRows(child, rows))
                        return false;
                    break;
                case "tr":
                    rows.Add(child);
                    break;
                // A caption is written first; one after the rows would change its place.
                case "caption" when rows.Count > 0:
                    return false;
                case "caption" or "colgroup" or "col":
                    break;
                default:
                    if (child.ChildNodes.Length > 0)
                        return false;
                    break;
            }
        }
        return true;
    }

    /// <summary>Whether the rows are data, and not a layout whose cells hold what a line cannot.</summary>
    private static bool IsGrid(List<IElement> rows)
    {
        var widest = 0;
        var hasHeader = false;
        foreach (var row in rows)
        {
            var cells = 0;
            var children = row.ChildNodes;
            for (var i = 0; i < children.Length; i++)
            {
                if (children[i] is IText text && !string.IsNullOrWhiteSpace(text.Data))
                    return false;
                if (children[i] is not IElement cell || Visibility.IsHidden(cell))
                    continue;
                if (cell.LocalName is not ("td" or "th") || HoldsBlocks(cell))
                    return false;
                hasHeader |= cell.LocalName is "th";
                cells++;
            }
            widest = Math.Max(widest, cells);
        }
        return widest > 1 || (widest == 1 && hasHeader);
    }

    private static bool HoldsBlocks(IElement parent)
    {
        var children = parent.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is not IElement child)
                continue;
            if (
                child.LocalName
                is "table"
                    or "h1"
                    or "h2"
                    or "h3"
                    or "h4"
                    or "h5"
                    or "h6"
                    or "hr"
                    or "blockquote"
                    or "dl"
            )
                return true;
            // One line of code fits.
            if (ElementKinds.IsPreformatted(child) && CodeText.Of(child).Contains('\n', StringComparison.Ordinal))
                return true;
            if (HoldsBlocks(child))
                return true;
        }
        return false;
    }

    private static bool IsHeader(IElement row) =>
        row.ParentElement is { LocalName: "thead" }
        || row.ChildNodes.OfType<IElement>().All(cell => cell.LocalName is not "td");

    private static int SpanOf(IElement cell, string attribute) =>
        int.TryParse(cell.GetAttribute(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var span)
            ? Math.Max(span, 1)
            : 1;
}
