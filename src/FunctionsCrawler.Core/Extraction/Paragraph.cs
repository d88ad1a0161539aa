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

/// <summary>One anchor element. Compared by reference, so that two anchors with the same URL stay two links.</summary>
internal sealed class LinkTarget(string url)
{
    public string Url { get; } = url;
}

/// <summary>One code element. Compared by reference.</summary>
internal sealed class CodeSpan;

/// <summary>
/// The formatting of a piece of text. A flat set rather than a stack, so that misnested or empty elements leave no stray
/// delimiters.
/// </summary>
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

    /// <summary>Markdown that is written as it is: the box of a task.</summary>
    Mark,

    /// <summary>A formula; the text is its TeX, as <see cref="Tex.Sanitize"/> returns it.</summary>
    Formula,
}

/// <summary>
/// A piece of a paragraph with uniform style. <paramref name="Text"/> is the text, or the alt text of an image.
/// </summary>
internal sealed record Run(RunKind Kind, InlineStyle Style, StringBuilder Text, string Url)
{
    public InlineStyle Style { get; set; } = Style;

    public bool IsCode => Kind == RunKind.Text && Style.Code is not null;
}

/// <summary>
/// Collects the inline content of one block. Collapses white space as CSS does, also across element boundaries.
/// </summary>
internal sealed class Paragraph
{
    private readonly List<Run> _runs = [];
    private InlineStyle? _space;

    public List<Run> Runs => _runs;

    public bool EndsWithBreak => _runs.Count > 0 && _runs[^1].Kind == RunKind.Break;

    /// <summary>Whether there is visible content; no-break spaces alone do not count.</summary>
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

    /// <summary>
    /// Adds a space that is written only between two pieces of content, in the style that the space and both neighbours share.
    /// </summary>
    public void AddSpace(InlineStyle style)
    {
        if (_runs.Count > 0 && !EndsWithBreak)
            _space = _space?.Common(style) ?? style;
    }

    public void AddImage(string alt, string url, InlineStyle style)
    {
        style = style with { Code = null };
        FlushSpace(style);
        _runs.Add(new Run(RunKind.Image, style, new StringBuilder(PlainText.Collapse(alt)), url));
        IsVisible = true;
    }

    /// <summary>Adds Markdown that is not escaped.</summary>
    public void AddMark(string markdown, InlineStyle style) => Add(RunKind.Mark, markdown, style);

    public void AddFormula(Formula formula, InlineStyle style)
    {
        var tex = Tex.Sanitize(formula.Tex);
        if (tex.Length > 0)
            Add(RunKind.Formula, formula.IsDisplayed ? $"$${tex}$$" : $"${tex}$", style);
    }

    private void Add(RunKind kind, string text, InlineStyle style)
    {
        style = style with { Code = null };
        FlushSpace(style);
        _runs.Add(new Run(kind, style, new StringBuilder(text), ""));
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
        FlushSpace(style);
        Append(word, style);
        IsVisible = IsVisible || !word.IsWhiteSpace();
    }

    // Writes the pending space and sets the style of the last break, which both depend on the style of the next run.
    private void FlushSpace(InlineStyle next)
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
