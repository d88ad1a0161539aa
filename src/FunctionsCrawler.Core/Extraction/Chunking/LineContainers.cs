namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>
/// The quotes and list items that are open, as CommonMark determines them from the beginnings of lines. A lazy continuation of
/// a paragraph counts as outside of them.
/// </summary>
internal sealed class LineContainers
{
    // Deeper ones count as text. Otherwise every blank line would have to pass all of them.
    private const int MaxDepth = 64;

    // The columns that the content of a list item is indented by; 0 for a quote.
    private readonly List<int> _open = [];

    /// <summary>The number of open containers.</summary>
    public int Depth => _open.Count;

    /// <summary>Continues the open containers with a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="at">Is moved behind the markers and indentation of the containers that the line continues.</param>
    /// <returns>The number of containers that it continues.</returns>
    public int Match(ReadOnlySpan<char> line, ref int at)
    {
        for (var depth = 0; depth < _open.Count; depth++)
        {
            var (next, columns) = SkipSpaces(line, at);
            if (_open[depth] == 0)
            {
                if (columns > 3 || next >= line.Length || line[next] != '>')
                    return depth;
                at = SkipOneSpace(line, next + 1);
            }
            else if (next < line.Length)
            {
                if (columns < _open[depth])
                    return depth;
                at = SkipColumns(line, at, _open[depth]);
            }
        }
        return _open.Count;
    }

    /// <summary>Ends the containers that a line does not continue.</summary>
    public void Keep(int depth) => _open.RemoveRange(depth, _open.Count - depth);

    /// <summary>Opens the containers that a line begins.</summary>
    /// <param name="line">The line.</param>
    /// <param name="at">Is moved behind their markers.</param>
    /// <returns>Whether a list item begins.</returns>
    public bool Open(ReadOnlySpan<char> line, ref int at)
    {
        var isItem = false;
        while (_open.Count < MaxDepth)
        {
            var (next, columns) = SkipSpaces(line, at);
            if (columns > 3 || next >= line.Length)
                break;
            if (line[next] == '>')
            {
                at = SkipOneSpace(line, next + 1);
                _open.Add(0);
                continue;
            }
            var width = MarkerWidth(line[next..]);
            if (width == 0)
                break;
            var (text, spaces) = SkipSpaces(line, next + width);
            // An item that begins with a blank line or with indented code has its content one column after the marker.
            var gap = text >= line.Length || spaces > 4 ? 1 : spaces;
            at = text >= line.Length ? text : SkipColumns(line, next + width, gap);
            _open.Add(columns + width + gap);
            isItem = true;
        }
        return isItem;
    }

    /// <summary>What a line of its own begins with, to be inside the open containers.</summary>
    public string Prefix() => string.Concat(_open.Select(columns => columns == 0 ? "> " : new string(' ', columns)));

    /// <summary>Skips spaces and tabs.</summary>
    /// <returns>The position after them, and the columns they take.</returns>
    public static (int At, int Columns) SkipSpaces(ReadOnlySpan<char> line, int at)
    {
        var columns = 0;
        for (; at < line.Length && line[at] is ' ' or '\t'; at++)
            columns += line[at] == '\t' ? 4 : 1;
        return (at, columns);
    }

    // The length of a list marker; 0 if there is none. It must be followed by a space or the end of the line.
    private static int MarkerWidth(ReadOnlySpan<char> text)
    {
        if (IsThematicBreak(text))
            return 0;
        var width = 0;
        while (width < text.Length && width < 9 && char.IsAsciiDigit(text[width]))
            width++;
        var isMarker = width < text.Length && (width == 0 ? text[0] is '-' or '*' or '+' : text[width] is '.' or ')');
        return isMarker && (width + 1 == text.Length || text[width + 1] is ' ' or '\t') ? width + 1 : 0;
    }

    private static bool IsThematicBreak(ReadOnlySpan<char> text)
    {
        if (text[0] is not ('-' or '*' or '_'))
            return false;
        var marks = 0;
        foreach (var c in text)
        {
            if (c == text[0])
                marks++;
            else if (c is not (' ' or '\t'))
                return false;
        }
        return marks >= 3;
    }

    private static int SkipOneSpace(ReadOnlySpan<char> line, int at) =>
        at < line.Length && line[at] is ' ' or '\t' ? at + 1 : at;

    private static int SkipColumns(ReadOnlySpan<char> line, int at, int columns)
    {
        for (; columns > 0 && at < line.Length && line[at] is ' ' or '\t'; at++)
            columns -= line[at] == '\t' ? 4 : 1;
        return at;
    }
}
