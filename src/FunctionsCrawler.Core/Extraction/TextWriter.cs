using System.Text;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Writes visible text without markup: one line for each block, white space collapsed except in preformatted text.</summary>
internal sealed class TextWriter
{
    private readonly StringBuilder _text = new();
    private readonly bool _skipsTables;
    private bool _space;

    private TextWriter(bool skipsTables) => _skipsTables = skipsTables;

    /// <summary>The text of an element; ends with a line feed unless empty. Cells of a row are separated by tabs.</summary>
    public static string Write(IElement root)
    {
        ArgumentNullException.ThrowIfNull(root);
        var writer = new TextWriter(skipsTables: false);
        if (!Visibility.IsHidden(root))
            writer.Children(root);
        writer.EndLine();
        return writer._text.ToString();
    }

    /// <summary>The text of an element as one line, without the tables in it.</summary>
    public static string LineWithoutTables(IElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        var writer = new TextWriter(skipsTables: true);
        writer.Children(element);
        return PlainText.Collapse(writer._text.ToString());
    }

    private void Children(IElement parent)
    {
        var children = parent.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is IText text)
                Append(text.Data);
            else if (children[i] is IElement child && !Visibility.IsHidden(child))
                Element(child);
        }
    }

    private void Element(IElement element)
    {
        if (element.LocalName is "br")
            EndLine();
        else if (_skipsTables && element.LocalName is "table")
            EndLine();
        else if (element.LocalName is "td" or "th")
            Cell(element);
        else if (!ElementKinds.IsBlock(element))
            Children(element);
        else
        {
            EndLine();
            if (ElementKinds.IsPreformatted(element))
                _text.Append(CodeText.Of(element));
            else
                Children(element);
            EndLine();
        }
    }

    private void Cell(IElement cell)
    {
        var line = _text.Length > 0 && _text[^1] != '\n';
        _space = false;
        if (line)
            _text.Append('\t');
        // A cell stays on the line of its row, whatever blocks it holds.
        if (_skipsTables)
            Children(cell);
        else
            _text.Append(LineWithoutTables(cell));
        foreach (var table in _skipsTables ? [] : TablesIn(cell))
            Element(table);
    }

    // The outermost tables inside a cell.
    private static IEnumerable<IElement> TablesIn(IElement parent)
    {
        var children = parent.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is not IElement child || Visibility.IsHidden(child))
                continue;
            if (child.LocalName is "table")
                yield return child;
            else
                foreach (var table in TablesIn(child))
                    yield return table;
        }
    }

    private void Append(string text)
    {
        foreach (var c in text)
        {
            if (PlainText.IsSpace(c))
            {
                _space = _text.Length > 0 && _text[^1] is not ('\n' or '\t');
                continue;
            }
            if (_space)
                _text.Append(' ');
            _space = false;
            _text.Append(c);
        }
    }

    private void EndLine()
    {
        _space = false;
        if (_text.Length > 0 && _text[^1] != '\n')
            _text.Append('\n');
    }
}
