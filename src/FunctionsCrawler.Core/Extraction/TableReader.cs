using AngleSharp.Dom;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Extraction;

/// <summary>Reads the data tables of a document into rows of equal length.</summary>
internal sealed class TableReader
{
    private const int MaxTables = 500;
    private const int MaxCells = 100_000;
    private const int MaxCharacters = 8_000_000;
    private const int MaxColumns = 1000;

    // The empty cells that make rows equally long: one wide row could multiply many short ones.
    private const int MaxPadding = 1_000_000;

    private readonly SpanBudget _spans = new(MaxCells, MaxColumns);
    private readonly List<PageTable> _tables = [];
    private int _cells;
    private int _characters;
    private int _padding;
    private bool _hasLongRows;

    // Nothing more is read.
    private bool _isFull;

    /// <summary>Whether tables, rows or cells were left out because there are too many.</summary>
    public bool IsTruncated => _isFull || _hasLongRows || _spans.IsExceeded;

    /// <summary>The tables in document order, nested ones after those that hold them. Called once.</summary>
    public IReadOnlyList<PageTable> Read(IDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (!Visibility.IsHidden(document.DocumentElement))
            Find(document.DocumentElement);
        return _tables;
    }

    private void Find(IElement parent)
    {
        var children = parent.ChildNodes;
        for (var i = 0; i < children.Length && !_isFull; i++)
        {
            // Highlighters lay out code as tables.
            if (children[i] is not IElement child || Visibility.IsHidden(child) || ElementKinds.IsPreformatted(child))
                continue;
            if (child.LocalName is "table" && ReadTable(child) is { } table)
            {
                if (_tables.Count < MaxTables)
                    _tables.Add(table);
                else
                    _isFull = true;
            }
            Find(child);
        }
    }

    private PageTable? ReadTable(IElement table)
    {
        if (
            table.GetAttribute("role") is "presentation" or "none"
            || TableGrid.Read(table, _spans) is not { } grid
            || !HoldsData(table, grid)
        )
            return null;
        var rows = ReadRows(grid);
        if (rows.Count == 0)
            return null;
        // A table of nothing but headers has the first as its header.
        var headers = grid.HeaderRows == grid.Rows.Count ? 1 : Math.Min(grid.HeaderRows, rows.Count);
        var caption = grid.Captions is [var first, ..] ? TextWriter.LineWithoutTables(first) : "";
        return new PageTable(
            headers == 0 ? [] : JoinHeaders(rows[..headers]),
            [.. rows.Skip(headers).Where(row => row.Exists(cell => cell.Length > 0))]
        )
        {
            Caption = caption.Length == 0 ? null : caption,
        };
    }

    // Layout tables have neither headers nor captions, and hold blocks or other tables, or are a single row or column. Code
    // beside its line numbers is a single column, because the grid leaves the numbers out.
    private static bool HoldsData(IElement table, TableGrid grid)
    {
        var (widest, isMarked) = (0, grid.Captions.Count > 0);
        foreach (var row in grid.Rows)
        {
            var cells = 0;
            foreach (var slot in row)
            {
                if (slot is not { IsOrigin: true, Cell: { } cell })
                    continue;
                cells++;
                isMarked |= cell.LocalName is "th";
            }
            widest = Math.Max(widest, cells);
        }
        if (isMarked || widest < 2 || grid.Rows.Count < 2)
            return isMarked && widest > 0;
        return table.QuerySelector("table, h1, h2, h3, form, ul, ol, p + p") is null;
    }

    private List<List<string>> ReadRows(TableGrid grid)
    {
        var width = Math.Min(grid.Width, MaxColumns);
        _hasLongRows |= grid.Width > MaxColumns;
        var texts = new Dictionary<IElement, string>();
        var rows = new List<List<string>>();
        foreach (var slots in grid.Rows)
        {
            var row = new List<string>();
            foreach (var slot in slots.Take(width))
                if (!TryAdd(row, TextOf(slot, texts)))
                    break;
            _padding += width - row.Count;
            _isFull |= _padding > MaxPadding;
            row.AddRange(Enumerable.Repeat("", width - row.Count));
            rows.Add(row);
            if (_isFull)
                break;
        }
        return rows;
    }

    // A cell that spans rows or columns is read once.
    private static string TextOf(TableSlot slot, Dictionary<IElement, string> texts)
    {
        if (slot.Cell is not { } cell)
            return "";
        if (!texts.TryGetValue(cell, out var text))
            texts.Add(cell, text = TextWriter.LineWithoutTables(cell));
        return text;
    }

    private bool TryAdd(List<string> row, string text)
    {
        if (_cells >= MaxCells || _characters + text.Length > MaxCharacters)
        {
            _isFull = true;
            return false;
        }
        _cells++;
        _characters += text.Length;
        row.Add(text);
        return true;
    }

    private static List<string> JoinHeaders(List<List<string>> rows) =>
        [
            .. Enumerable
                .Range(0, rows[0].Count)
                .Select(column =>
                    // A header that spans rows is repeated in them.
                    string.Join(
                        ' ',
                        rows.Select(row => row[column]).Where(text => text.Length > 0).Distinct(StringComparer.Ordinal)
                    )
                ),
        ];
}
