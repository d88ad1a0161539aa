using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

internal sealed partial class MarkdownWriter
{
    // Code of several lines, and tables, that cells of the current table hold. They follow the table; each has a number in its
    // cell and before itself.
    private List<(string Mark, IElement Block)> _deferred = [];
    private int _deferredCount;

    private void Table(IElement table, InlineStyle style)
    {
        if (TableGrid.Read(table) is not { } grid || !TableKinds.IsData(table, grid))
        {
            Children(table, style);
            return;
        }
        foreach (var caption in grid.Captions)
            Node(caption, style);
        var outer = _deferred;
        _deferred = [];
        var rows = grid.Rows.Select(row => row.Select(slot => CellText(slot, style)).ToList()).ToList();
        if (TableMarkdown.Write(rows, grid.HasHeader) is { Length: > 0 } text)
            _output.Block(text);
        var deferred = _deferred;
        _deferred = outer;
        foreach (var (mark, block) in deferred)
        {
            _output.Block(mark);
            Block(block, style);
            EndParagraph();
        }
    }

    private string CellText(TableSlot slot, InlineStyle style) =>
        slot is { IsOrigin: true, Cell: { } cell } ? OneLine(cell, style, TextPlace.Cell) : "";

    // A block inside a cell. Lines of a cell are separated by br elements, the only form that GitHub tables have for them.
    private void CellBlock(IElement element, InlineStyle style)
    {
        _paragraph.AddBreak(style);
        if (TableKinds.IsDeferred(element))
        {
            var mark = $"↓{++_deferredCount}";
            _deferred.Add((mark, element));
            _paragraph.AddText(mark, default);
        }
        else if (ElementKinds.IsPreformatted(element))
            _paragraph.AddText(CodeText.Of(element), style with { Code = new CodeSpan() });
        else if (ElementKinds.IsList(element))
            CellList(element, style);
        else if (element.LocalName is ['h', >= '1' and <= '6'])
            Children(element, style with { Emphasis = style.Emphasis | Emphasis.Strong });
        else
            Children(element, style);
        _paragraph.AddBreak(style);
    }

    private void CellList(IElement list, InlineStyle style)
    {
        var number = NumberOf(list, "start") ?? 1;
        var children = list.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is not IElement { LocalName: "li" } item)
            {
                Node(children[i], style);
                continue;
            }
            if (Visibility.IsHidden(item))
                continue;
            number = NumberOf(item, "value") ?? number;
            _paragraph.AddBreak(style);
            _paragraph.AddText(list.LocalName is "ol" ? $"{number++}. " : "• ", default);
            Children(item, style);
            _paragraph.AddBreak(style);
        }
    }
}
