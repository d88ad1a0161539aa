namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>Recognises the rows of GitHub's tables.</summary>
internal static class TableRows
{
    /// <summary>Whether a line is the second one of a table: cells of hyphens, with colons for the alignment.</summary>
    public static bool IsDelimiter(ReadOnlySpan<char> row)
    {
        if (row.IsEmpty || row.IndexOf('-') < 0 || row.IndexOfAnyExcept("|:- \t") >= 0)
            return false;
        foreach (var range in Inside(row).Split('|'))
        {
            var cell = Inside(row)[range].Trim(" \t");
            var hyphens = cell.TrimStart(':').TrimEnd(':');
            if (hyphens.IsEmpty || hyphens.IndexOfAnyExcept('-') >= 0 || cell.Length - hyphens.Length > 2)
                return false;
        }
        return true;
    }

    /// <summary>Whether a line can be the header above a delimiter row: both have the same number of cells.</summary>
    public static bool IsHeader(ReadOnlySpan<char> header, ReadOnlySpan<char> delimiter) =>
        (header.IndexOf('|') >= 0 || delimiter.IndexOf('|') >= 0) && CountCells(header) == CountCells(delimiter);

    private static int CountCells(ReadOnlySpan<char> row)
    {
        var inside = Inside(row);
        var cells = 1;
        for (var i = 0; i < inside.Length; i++)
        {
            if (inside[i] == '\\')
                i++;
            else if (inside[i] == '|')
                cells++;
        }
        return cells;
    }

    // Bars at both ends are optional.
    private static ReadOnlySpan<char> Inside(ReadOnlySpan<char> row)
    {
        row = row.Trim(" \t");
        if (row is ['|', ..])
            row = row[1..];
        return row is [.., '|'] and not [.., '\\', '|'] ? row[..^1] : row;
    }
}
