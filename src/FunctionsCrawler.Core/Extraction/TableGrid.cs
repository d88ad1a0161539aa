using System.Globalization;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>A position of a table's grid.</summary>
/// <param name="Cell">The td or th that covers it; null if none does.</param>
/// <param name="IsOrigin">Whether it is the first position of its cell. A spanning cell covers further ones.</param>
internal readonly record struct TableSlot(IElement? Cell, bool IsOrigin);

/// <summary>
/// The visible cells of a table in rows and columns, with spans resolved as the HTML standard does (4.9.12): the head first,
/// the foot last, and row spans that end with their group.
/// </summary>
internal sealed class TableGrid
{
    private readonly SpanBudget _spans;
    private readonly List<List<TableSlot>> _rows = [];
    private readonly List<IElement> _captions = [];

    // For each column, the cell that covers it from above, and the first row not covered.
    private readonly List<(IElement? Cell, long FreeFrom)> _above = [];

    // From this column on, none is covered from above.
    private int _coveredEnd;
    private List<TableSlot> _row = [];
    private bool _hasHead;

    private TableGrid(SpanBudget spans) => _spans = spans;

    /// <summary>The rows that have cells; each ends with its last cell, so they may differ in length.</summary>
    public IReadOnlyList<IReadOnlyList<TableSlot>> Rows => _rows;

    public IReadOnlyList<IElement> Captions => _captions;

    /// <summary>The number of columns.</summary>
    public int Width { get; private set; }

    /// <summary>
    /// The number of headers among the first rows: those in a thead; if there is none, those whose cells are all th.
    /// </summary>
    public int HeaderRows { get; private set; }

    /// <summary>Whether the first row is a header.</summary>
    public bool HasHeader => HeaderRows > 0;

    /// <summary>
    /// Reads a table. Returns null if it contains anything but captions, rows and cells, such as text between the cells: then
    /// it is no grid.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="spans">Limits what cells cover; null for the limits of a table that is written as Markdown.</param>
    public static TableGrid? Read(IElement table, SpanBudget? spans = null)
    {
        var grid = new TableGrid(spans ?? new SpanBudget(positions: 10_000, columns: 100));
        var groups = new List<(int Order, List<IElement> Rows)>();
        if (!grid.Collect(table, groups, null))
            return null;
        foreach (var (_, rows) in groups.OrderBy(group => group.Order))
        {
            grid._above.Clear();
            grid._coveredEnd = 0;
            foreach (var row in rows)
                if (!grid.AddRow(row))
                    return null;
        }
        return grid;
    }

    private bool Collect(IElement parent, List<(int Order, List<IElement> Rows)> groups, List<IElement>? group)
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
                case "thead" or "tbody" or "tfoot" when group is null:
                    var rows = new List<IElement>();
                    groups.Add((OrderOf(child), rows));
                    if (!Collect(child, groups, rows))
                        return false;
                    break;
                case "tr":
                    if (group is null)
                        groups.Add((OrderOf(child), group = []));
                    group.Add(child);
                    break;
                case "caption":
                    _captions.Add(child);
                    break;
                case "colgroup" or "col":
                    break;
                default:
                    if (child.ChildNodes.Length > 0)
                        return false;
                    break;
            }
        }
        return true;
    }

    private static int OrderOf(IElement group) =>
        group.LocalName switch
        {
            "thead" => 0,
            "tfoot" => 2,
            _ => 1,
        };

    private bool AddRow(IElement row)
    {
        _rows.Add(_row = []);
        var (cells, headers) = (0, 0);
        var children = row.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is IText text && !string.IsNullOrWhiteSpace(text.Data))
                return false;
            if (children[i] is not IElement cell || Visibility.IsHidden(cell) || CodeGutter.IsCell(cell))
                continue;
            if (cell.LocalName is not ("td" or "th"))
            {
                // Parsers leave a form between cells empty.
                if (cell.ChildNodes.Length > 0)
                    return false;
                continue;
            }
            cells++;
            headers += cell.LocalName is "th" ? 1 : 0;
            Add(cell);
        }
        EndRow();
        if (_row.Count == 0)
            _rows.RemoveAt(_rows.Count - 1);
        else
            CountHeader(row.ParentElement is { LocalName: "thead" }, cells > 0 && headers == cells);
        return true;
    }

    private void CountHeader(bool isInHead, bool onlyHeaders)
    {
        _hasHead |= isInHead;
        if (HeaderRows == _rows.Count - 1 && (isInHead || (onlyHeaders && !_hasHead)))
            HeaderRows++;
    }

    private void Add(IElement cell)
    {
        SkipCovered();
        var (columns, rows) = (SpanOf(cell, "colspan"), SpanOf(cell, "rowspan"));
        // A row span of 0 reaches to the end of the group.
        var freeFrom = rows == 0 ? long.MaxValue : _rows.Count - 1 + (long)rows;
        Place(cell, true, freeFrom);
        for (var column = 1; column < Math.Min(columns, _spans.MaxColumns) && _spans.TryTake(); column++)
            Place(cell, false, freeFrom);
    }

    private void Place(IElement cell, bool isOrigin, long freeFrom)
    {
        if (_row.Count == _above.Count)
            _above.Add(default);
        _above[_row.Count] = (cell, freeFrom);
        _row.Add(new TableSlot(cell, isOrigin));
        if (freeFrom > _rows.Count)
            _coveredEnd = Math.Max(_coveredEnd, _row.Count);
    }

    // Once the spans are used up, rows stay short and later cells move to the left.
    private void SkipCovered()
    {
        while (_row.Count < _above.Count && IsCovered(_row.Count) && _spans.TryTake())
            _row.Add(new TableSlot(_above[_row.Count].Cell, false));
    }

    // A row may end before a column that is covered from above. The columns between them have no cell.
    private void EndRow()
    {
        while (_coveredEnd > _row.Count && !IsCovered(_coveredEnd - 1))
            _coveredEnd--;
        while (_row.Count < _coveredEnd && _spans.TryTake())
            _row.Add(new TableSlot(IsCovered(_row.Count) ? _above[_row.Count].Cell : null, false));
        Width = Math.Max(Width, _row.Count);
    }

    private bool IsCovered(int column) => _above[column].FreeFrom >= _rows.Count;

    private static int SpanOf(IElement cell, string attribute) =>
        int.TryParse(cell.GetAttribute(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var span)
            ? span
            : 1;
}
