using System.Text;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Extracts the text of preformatted elements, character for character as a browser's textContent, without what highlighters
/// add: line numbers, copy buttons, and hidden messages.
/// </summary>
internal sealed class CodeText
{
    private readonly StringBuilder _code = new();

    // A line element ended and nothing has ended its line yet.
    private bool _isLineOpen;

    private CodeText() { }

    /// <summary>The code of a preformatted element, without the line feed that a fence adds at its end.</summary>
    public static string Of(IElement element)
    {
        var text = new CodeText();
        text.Append(ElementKinds.EditorTextOf(element) ?? element);
        // A carriage return, which a character reference can contain, would start a new line inside the fence.
        var code = text._code.Replace("\r\n", "\n").Replace('\r', '\n');
        if (code.Length > 0 && code[^1] == '\n')
            code.Length--;
        return code.ToString();
    }

    private void Append(IElement element)
    {
        var children = element.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is IText text)
                Text(text.Data, element);
            else if (children[i] is IElement child && !Visibility.IsHidden(child) && !CodeGutter.IsPartOf(child))
                Element(child);
        }
    }

    private void Text(string text, IElement parent)
    {
        // Between the parts of tables and lists white space is not shown.
        if (
            parent.LocalName is "table" or "thead" or "tbody" or "tr" or "ol" or "ul"
            && string.IsNullOrWhiteSpace(text)
        )
            return;
        if (text.Length == 0)
            return;
        if (_isLineOpen && text[0] is not ('\n' or '\r'))
            _code.Append('\n');
        _isLineOpen = false;
        _code.Append(text);
    }

    private void Element(IElement child)
    {
        if (child.LocalName is "br")
        {
            _isLineOpen = false;
            _code.Append('\n');
        }
        else if (IsLine(child))
            Line(child, isLineWhenEmpty: true);
        else if (ElementKinds.IsBlock(child))
            Line(child, isLineWhenEmpty: false);
        else
            Append(child);
    }

    private void Line(IElement line, bool isLineWhenEmpty)
    {
        if (_isLineOpen || (_code.Length > 0 && _code[^1] != '\n' && !IsInline(line)))
            _code.Append('\n');
        _isLineOpen = false;
        var start = _code.Length;
        Append(line);
        // CodeMirror puts this sign into lines without text.
        if (_code.Length == start + 1 && _code[^1] == '\u200b')
            _code.Length--;
        var isEmpty = _code.Length == start;
        _isLineOpen |= isEmpty ? isLineWhenEmpty : _code[^1] != '\n';
    }

    // Highlighters that write one element per line do so with, or without, a line feed between them.
    private static bool IsLine(IElement element) =>
        element.LocalName is "tr" or "li"
        || (element.LocalName is "pre" && element.ClassList.Contains("CodeMirror-line"))
        || (
            element.LocalName is "span" or "div" or "code"
            && element.Attributes.Length > 0
            && (element.HasAttribute("data-line") || HasLineClass(element))
        );

    private static bool HasLineClass(IElement element) =>
        element.ClassName is { Length: > 0 }
        && element.ClassList.Any(name =>
            name is "line" or "token-line" or "code-line" or "view-line" or "cm-line" or "ace_line"
        );

    private static bool IsInline(IElement element) => element.LocalName is "span" or "code";
}
