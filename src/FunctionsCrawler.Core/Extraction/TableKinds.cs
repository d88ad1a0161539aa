using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Tells tables that hold data from those that lay out a page.</summary>
internal static class TableKinds
{
    /// <summary>Whether a table is written as one, rather than its content as blocks.</summary>
    public static bool IsData(IElement table, TableGrid grid)
    {
        if (table.GetAttribute("role") is "presentation" or "none" || grid.Width == 0)
            return false;
        int cells = 0,
            sections = 0,
            blocks = 0;
        var hasHeader = false;
        foreach (var slot in grid.Rows.SelectMany(row => row))
        {
            if (slot is not { IsOrigin: true, Cell: { } cell })
                continue;
            cells++;
            hasHeader |= cell.LocalName is "th";
            switch (ContentOf(cell))
            {
                case CellContent.Page:
                    return false;
                case CellContent.Section:
                    sections++;
                    break;
                case CellContent.Block:
                    blocks++;
                    break;
            }
        }
        if (grid.Width == 1)
            return hasHeader && sections == 0;
        var isMarked = hasHeader || grid.HasHeader || grid.Captions.Count > 0;
        // Without headers, the table may be the frame of a page: its columns hold sections, or mostly code.
        return isMarked
            ? sections * 2 <= cells
            : sections == 0 && (blocks == 0 || (grid.Rows.Count > 1 && blocks * 2 <= cells));
    }

    /// <summary>Whether an element in a cell is written after the table, because no line of a cell can express it.</summary>
    public static bool IsDeferred(IElement element)
    {
        if (element.LocalName is "table" && !ElementKinds.IsPreformatted(element))
            return TableGrid.Read(element) is { } grid && IsData(element, grid);
        if (!ElementKinds.IsPreformatted(element))
            return false;
        var code = CodeText.Of(element);
        // Code spans of one line are enough, except for signs that mean something in a cell or at the ends of a span.
        return code.AsSpan().Trim().IndexOfAny('\n', '|') >= 0
            || code.StartsWith(' ')
            || code.Contains("  ", StringComparison.Ordinal)
            || code.Contains('\t', StringComparison.Ordinal);
    }

    private enum CellContent
    {
        Text,
        Block,
        Section,
        Page,
    }

    private static CellContent ContentOf(IElement parent)
    {
        var most = CellContent.Text;
        var children = parent.ChildNodes;
        for (var i = 0; i < children.Length && most != CellContent.Page; i++)
        {
            if (children[i] is not IElement child)
                continue;
            // Not looked into: nested tables would be read again at each level.
            var own = child.LocalName switch
            {
                "main" or "article" or "h1" => CellContent.Page,
                "table" or "h2" or "h3" or "h4" or "h5" or "h6" => CellContent.Section,
                "hr" or "blockquote" or "dl" => CellContent.Block,
                _ when ElementKinds.IsPreformatted(child) => CellContent.Block,
                _ => ContentOf(child),
            };
            most = own > most ? own : most;
        }
        return most;
    }
}
