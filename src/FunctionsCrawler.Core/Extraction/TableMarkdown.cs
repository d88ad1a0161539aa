using System.Text;

namespace FunctionsCrawler.Extraction;

/// <summary>Writes rows of cells as a GitHub table.</summary>
internal static class TableMarkdown
{
    // Cells added to make all rows equally long. A few bytes of markup could request millions.
    private const int MaxPadding = 10_000;

    /// <summary>Returns the table; an empty string if no cell has text.</summary>
    /// <param name="rows">The cells, as Markdown of one line each.</param>
    /// <param name="hasHeader">Whether the first row is the header; otherwise the header is empty.</param>
    public static string Write(IReadOnlyList<List<string>> rows, bool hasHeader)
    {
        var width = 0;
        foreach (var row in rows)
            width = Math.Max(width, row.FindLastIndex(cell => cell.Length > 0) + 1);
        if (width == 0)
            return "";
        var text = new StringBuilder();
        // GitHub tables need a header row and a delimiter row of the same width; other rows can be shorter.
        Row(text, hasHeader ? rows[0] : [], width, width);
        text.Append('|').Insert(text.Length, " --- |", width).Append('\n');
        var padding = MaxPadding;
        foreach (var row in hasHeader ? rows.Skip(1) : rows)
        {
            var used = row.FindLastIndex(cell => cell.Length > 0) + 1;
            if (used == 0)
                continue;
            var wanted = Math.Min(width, used + padding);
            padding -= wanted - used;
            Row(text, row, Math.Min(row.Count, width), wanted);
        }
        return text.ToString(0, text.Length - 1);
    }

    private static void Row(StringBuilder text, List<string> row, int used, int width)
    {
        text.Append('|');
        for (var i = 0; i < width; i++)
        {
            var cell = i < used && i < row.Count ? row[i] : "";
            text.Append(cell.Length > 0 ? " " : "").Append(cell).Append(" |");
        }
        text.Append('\n');
    }
}
