using System.Text;
using UglyToad.PdfPig.Core;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Puts the glyphs of a page together in the order in which they are drawn. Words and lines follow from their places, because
/// many documents contain no spaces and line ends.
/// </summary>
internal sealed class PdfPageText
{
    // In parts of the font size. A space is about a quarter of it wide, lines are at least its height apart.
    private const double SpaceWidth = 0.15;
    private const double LineHeight = 0.5;
    private const double ParagraphHeight = 1.8;

    private readonly StringBuilder _text = new();
    private PdfPoint? _end;
    private double _size;

    /// <summary>The number of characters so far.</summary>
    public int Length => _text.Length;

    /// <summary>Adds a glyph.</summary>
    /// <param name="unicode">Its characters.</param>
    /// <param name="start">Where it begins on its base line.</param>
    /// <param name="end">Where it ends on its base line.</param>
    /// <param name="size">The size of its font, in points.</param>
    public void Add(string unicode, PdfPoint start, PdfPoint end, double size)
    {
        if (_end is { } last)
        {
            var scale = Math.Max(1, Math.Max(size, _size));
            var down = Math.Abs(start.Y - last.Y);
            if (down > LineHeight * scale)
                EndLine(down > ParagraphHeight * scale);
            else if (start.X - last.X > SpaceWidth * scale || start.X - last.X < -scale)
                AddSpace();
        }
        if (string.IsNullOrWhiteSpace(unicode))
            AddSpace();
        else
            _text.Append(unicode);
        (_end, _size) = (end, size);
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString().Trim();

    private void AddSpace()
    {
        if (_text.Length > 0 && _text[^1] is not (' ' or '\n'))
            _text.Append(' ');
    }

    private void EndLine(bool isParagraph)
    {
        while (_text.Length > 0 && _text[^1] == ' ')
            _text.Length--;
        if (_text.Length > 0 && _text[^1] != '\n')
            _text.Append(isParagraph ? "\n\n" : "\n");
    }
}
