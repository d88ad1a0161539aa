using System.Text;

namespace FunctionsCrawler.Extraction;

[Flags]
internal enum Emphasis
{
    None = 0,
    Strong = 1,
    Stress = 2,
    Deleted = 4,
}

/// <summary>One anchor element; two anchors to one address stay two links.</summary>
internal sealed class LinkTarget(string url)
{
    public string Url { get; } = url;
}

/// <summary>One code element.</summary>
internal sealed class CodeSpan;

/// <summary>What surrounds a piece of text; flat, so that misnested or empty elements cannot leave stray delimiters.</summary>
internal readonly record struct InlineStyle(Emphasis Emphasis, LinkTarget? Link, CodeSpan? Code)
{
    public InlineStyle Common(InlineStyle other) =>
        new(Emphasis & other.Emphasis, Link == other.Link ? Link : null, Code == other.Code ? Code : null);
}

internal enum RunKind
{
    Text,
    Image,
    Break,
}

/// <summary>A stretch of equal style: <paramref name="Text"/> is the text, or an image's alternative text.</summary>
internal sealed record Run(RunKind Kind, InlineStyle Style, StringBuilder Text, string Url)
{
    public InlineStyle Style { get; set; } = Style;

    public bool IsCode => Kind == RunKind.Text && Style.Code is not null;
}

/// <summary>Gathers the inline content of one block and collapses white space as CSS does across element borders.</summary>
internal sealed class Paragraph
{
    private readonly List<Run> _runs = [];
    private InlineStyle? _space;

    public List<Run> Runs => _runs;

    public bool EndsWithBreak => _runs.Count > 0 && _runs[^1].Kind == RunKind.Break;

    /// <summary>Whether there is anything to see; a no-break space alone is layout.</summary>
    public bool IsVisible { get; private set; }

    public void AddText(ReadOnlySpan<char> text, InlineStyle style)
    {
        while (!text.IsEmpty)
        {
            var word = text.IndexOfAny(" \t\n\r\f");
            if (word < 0)
                word = text.Length;
            if (word > 0)
            {
                AddWord(text[..word], style);
                text = text[word..];
                continue;
            }
            AddSpace(style);
            text = text[1..];
        }
    }

    /// <summary>A possible space: it shows only between two visible things, in the style that all around it share.</summary>
    public void AddSpace(InlineStyle style)
    {
        if (_runs.Count > 0 && !EndsWithBreak)
            _space = _space?.Common(style) ?? style;
    }

    public void AddImage(string alternative, string url, InlineStyle style)
    {
        style = style with { Code = null };
        Settle(style);
        _runs.Add(new Run(RunKind.Image, style, new StringBuilder(PlainText.Collapse(alternative)), url));
        IsVisible = true;
    }

    public void AddBreak(InlineStyle style)
    {
        _space = null;
        if (_runs.Count > 0 && !EndsWithBreak)
            _runs.Add(new Run(RunKind.Break, style with { Code = null }, new StringBuilder(), ""));
    }

    public void Clear()
    {
        _runs.Clear();
        _space = null;
        IsVisible = false;
    }

    private void AddWord(ReadOnlySpan<char> word, InlineStyle style)
    {
        Settle(style);
        Append(word, style);
        IsVisible = IsVisible || !word.IsWhiteSpace();
    }

    // Styles of spaces and breaks are known only now that their right neighbour is.
    private void Settle(InlineStyle next)
    {
        if (_space is { } space)
            Append(" ", space.Common(_runs[^1].Style).Common(next));
        else if (EndsWithBreak)
            _runs[^1].Style = _runs[^1].Style.Common(_runs[^2].Style).Common(next);
        _space = null;
    }

    private void Append(ReadOnlySpan<char> text, InlineStyle style)
    {
        if (_runs.Count == 0 || _runs[^1].Kind != RunKind.Text || _runs[^1].Style != style)
            _runs.Add(new Run(RunKind.Text, style, new StringBuilder(), ""));
        _runs[^1].Text.Append(text);
    }
}
