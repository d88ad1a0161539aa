using System.Text;

namespace FunctionsCrawler.Extraction;

/// <summary>The cells of a table in their columns. A cell that spans others stands in the first and leaves the rest empty.</summary>
internal sealed class TableGrid
{
    // Spans are wishes: a few bytes of markup may ask for billions of empty cells.
    private const int MostFillers = 10_000;
    private const int WidestSpan = 100;

    private readonly List<List<string>> _rows = [];

    // For each column, the first row that no cell from above reaches into.
    private readonly List<long> _freeFrom = [];
    private List<string> _row = [];
    private int _fillers;

    public void BeginRow() => _rows.Add(_row = []);

    public void Add(string text, int columns, int rows)
    {
        SkipCovered();
        Place(text, rows);
        for (var column = 1; column < Math.Min(columns, WidestSpan) && _fillers < MostFillers; column++, _fillers++)
            Place("", rows);
    }

    /// <summary>The table; empty if no cell has text.</summary>
    public string ToMarkdown(bool hasHeader)
    {
        foreach (var row in _rows)
        {
            var used = row.FindLastIndex(cell => cell.Length > 0) + 1;
            row.RemoveRange(used, row.Count - used);
        }
        var width = _rows.Count == 0 ? 0 : _rows.Max(row => row.Count);
        if (width == 0)
            return "";
        var text = new StringBuilder();
        // GitHub's tables must have a header row and a delimiter row as wide; further rows may be shorter.
        Write(text, hasHeader ? _rows[0] : [], width);
        text.Append('|').Insert(text.Length, " --- |", width).Append('\n');
        foreach (var row in hasHeader ? _rows.Skip(1) : _rows)
            if (row.Count > 0)
                Write(text, row, row.Count);
        return text.ToString(0, text.Length - 1);
    }

    private static void Write(StringBuilder text, List<string> row, int width)
    {
        text.Append('|');
        foreach (var cell in row)
            text.Append(cell.Length > 0 ? " " : "").Append(cell).Append(" |");
        text.Insert(text.Length, " |", width - row.Count).Append('\n');
    }

    private void Place(string text, int rows)
    {
        if (_row.Count == _freeFrom.Count)
            _freeFrom.Add(0);
        _freeFrom[_row.Count] = _rows.Count - 1 + (long)rows;
        _row.Add(text);
    }

    // Without a budget left, rows stay short and later cells move to the left.
    private void SkipCovered()
    {
        while (_row.Count < _freeFrom.Count && _freeFrom[_row.Count] >= _rows.Count && _fillers < MostFillers)
        {
            _fillers++;
            _row.Add("");
        }
    }
}
