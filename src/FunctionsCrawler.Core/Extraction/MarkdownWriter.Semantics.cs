using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>This part writes what browsers show without its being in the text: position, quotation marks, control states.</summary>
internal sealed partial class MarkdownWriter
{
    private readonly HashSet<(string Short, string Long)> _explained = [];
    private bool? _isRaised;
    private int _quotations;
    private bool _hasFormulas;

    private void Text(string text, InlineStyle style)
    {
        text = PlainText.WithoutInvisible(text);
        if (_isRaised is { } isRaised)
            text = Scripts.Convert(text, isRaised);
        if (_hasFormulas && style.Code is null)
            Formulas.Split(text, part => _paragraph.AddText(part, style), tex => _paragraph.AddFormula(tex, style));
        else
            _paragraph.AddText(text, style);
    }

    private void Formula(IElement element, InlineStyle style)
    {
        if (Formulas.Of(element) is { } formula)
            _paragraph.AddFormula(formula, style);
        else if (element.LocalName is "math")
            Children(element, style);
    }

    private void Script(IElement element, InlineStyle style)
    {
        var isRaised = element.LocalName is "sup";
        var text = ShortText.Of(element);
        // Authors who put long texts there mean small print.
        var form = text is null
            ? ScriptForm.Plain
            : Scripts.FormOf(text, isRaised, hasLink: element.QuerySelector("a, img") is not null);
        switch (form)
        {
            case ScriptForm.Converted:
                var outer = _isRaised;
                _isRaised = isRaised;
                Children(element, style);
                _isRaised = outer;
                break;
            case ScriptForm.Marked:
                var isOne = text!.Trim().Length == 1;
                _paragraph.AddText((isRaised ? "^" : "_") + (isOne ? "" : "("), style);
                Children(element, style);
                if (!isOne)
                    _paragraph.AddText(")", style);
                break;
            default:
                Children(element, style);
                break;
        }
    }

    private void Quotation(IElement element, InlineStyle style)
    {
        var mark = _quotations++ % 2 == 0 ? "\"" : "'";
        _paragraph.AddText(mark, style);
        Children(element, style);
        _paragraph.AddText(mark, style);
        _quotations--;
    }

    // The reading of a ruby base. Its own parentheses (rp) are optional, so they are left out and written here.
    private void Reading(IElement element, InlineStyle style)
    {
        if (ShortText.Of(element) is { } text && string.IsNullOrWhiteSpace(text))
            return;
        _paragraph.AddText("(", style);
        Children(element, style);
        _paragraph.AddText(")", style);
    }

    // The long form follows the first occurrence, as authors write it.
    private void Abbreviation(IElement element, InlineStyle style)
    {
        Children(element, style);
        var title = PlainText.Collapse(element.GetAttribute("title") ?? "");
        if (title.Length == 0 || style.Code is not null || ShortText.Of(element) is not { } text)
            return;
        text = PlainText.Collapse(text);
        if (
            text.Length > 0
            && !string.Equals(text, title, StringComparison.OrdinalIgnoreCase)
            && _explained.Add((text, title))
        )
            _paragraph.AddText($" ({title})", style);
    }

    private void Control(IElement element, InlineStyle style)
    {
        if (FormControls.MarkOf(element) is { } mark)
        {
            _paragraph.AddMark(mark, style);
            _paragraph.AddSpace(style);
        }
        else if (FormControls.ValueOf(element) is { } value)
            _paragraph.AddText(value, style with { Code = style.Code ?? new CodeSpan() });
    }
}
