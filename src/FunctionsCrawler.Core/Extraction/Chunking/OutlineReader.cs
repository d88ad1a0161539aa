namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>Finds the headings and tables among the lines of a document, and the places where it may be cut.</summary>
internal sealed class OutlineReader(string markdown, LineReader source)
{
    private readonly IReadOnlyList<SourceLine> _lines = source.Lines;
    private readonly List<OutlineHeading> _headings = [];
    private readonly List<OutlineBlock> _blocks = [];
    private readonly Dictionary<CutRank, List<int>> _cuts = [];

    // The last line that is not blank; negative if there is none.
    private int _last = -1;
    private bool _isUnderHeading;

    /// <summary>Reads all lines.</summary>
    public MarkdownOutline Read()
    {
        for (var i = 0; i < _lines.Count; )
        {
            if (_lines[i].IsBlank)
            {
                i++;
                continue;
            }
            var next = ReadBlock(i);
            _last = next - 1;
            i = next;
        }
        return new MarkdownOutline(
            _headings,
            _blocks,
            _cuts.ToDictionary(c => c.Key, c => (IReadOnlyList<int>)c.Value)
        );
    }

    // Reads what begins at a line, and returns the index of the line after it.
    private int ReadBlock(int at)
    {
        var line = _lines[at];
        if (line.Fence >= 0)
            return ReadFence(at);
        if (HeadingLevel(line) is var level and > 0)
            return ReadHeading(at, level, at + 1, TextOf(line)[level..]);
        if (UnderlineLevel(at) is var underlined and > 0)
            return ReadHeading(at, underlined, at + 2, TextOf(line));
        if (IsTable(at))
            return ReadTable(at);
        Cut(at, _isUnderHeading ? CutRank.None : CutBefore(at));
        _isUnderHeading = false;
        return at + 1;
    }

    private int ReadFence(int at)
    {
        Cut(at, _isUnderHeading ? CutRank.AfterHeading : CutBefore(at));
        _isUnderHeading = false;
        var fence = _lines[at].Fence;
        _blocks.Add(source.Fences[fence]);
        while (at < _lines.Count && _lines[at].Fence == fence)
            at++;
        return at;
    }

    private int ReadHeading(int at, int level, int next, ReadOnlySpan<char> text)
    {
        Cut(at, CutRank.Heading1 + (level - 1));
        _headings.Add(new OutlineHeading(_lines[at].Start, level, text.Trim(" \t").ToString()));
        _isUnderHeading = true;
        return next;
    }

    private int ReadTable(int at)
    {
        Cut(at, _isUnderHeading ? CutRank.AfterHeading : CutBefore(at));
        _isUnderHeading = false;
        var end = at + 2;
        while (end < _lines.Count && _lines[end].IsContinuation && HeadingLevel(_lines[end]) == 0)
            end++;
        var prefix = source.TablePrefixes[at + 1];
        _blocks.Add(
            new OutlineBlock(
                _lines[at].Start,
                end < _lines.Count ? _lines[end].Start : markdown.Length,
                [.. Enumerable.Range(at + 3, Math.Max(0, end - at - 3)).Select(row => _lines[row].Start)],
                $"{prefix}{TextOf(_lines[at])}\n{prefix}{TextOf(_lines[at + 1])}\n",
                ""
            )
        );
        return end;
    }

    private CutRank CutBefore(int at)
    {
        var line = _lines[at];
        if (_last < 0)
            return CutRank.None;
        if (_last == at - 1)
            return line.IsItem ? CutRank.Item : CutRank.Line;
        var last = _lines[_last];
        var isSibling = line.IsItem && last.Depth > 0;
        return line.Continued > 0 || isSibling || (line.IsIndented && last.IsIndented) ? CutRank.Item : CutRank.Block;
    }

    // Nothing is before the first text that would be worth a chunk.
    private void Cut(int at, CutRank rank)
    {
        if (rank == CutRank.None || _last < 0)
            return;
        if (!_cuts.TryGetValue(rank, out var places))
            _cuts.Add(rank, places = []);
        places.Add(_lines[at].Start);
    }

    private int HeadingLevel(SourceLine line)
    {
        if (line.Depth > 0 || line.IsIndented || line.Fence >= 0)
            return 0;
        var text = TextOf(line);
        var level = text.IndexOfAnyExcept('#') is var other and >= 0 ? other : text.Length;
        return level is >= 1 and <= 6 && (level == text.Length || text[level] is ' ' or '\t') ? level : 0;
    }

    // The level of a heading that the next line underlines; 0 if it does not.
    private int UnderlineLevel(int at)
    {
        var line = _lines[at];
        if (line.Depth > 0 || line.IsIndented || at + 1 >= _lines.Count || !_lines[at + 1].IsContinuation)
            return 0;
        // Of a paragraph with more lines, the underline would make all of them the heading.
        var isFirst = _last < 0 || _last != at - 1 || _isUnderHeading || _lines[_last].Fence >= 0;
        var next = TextOf(_lines[at + 1]);
        var isUnderline = next[0] is '=' or '-' && next.IndexOfAnyExcept(next[0]) < 0;
        return !isFirst || !isUnderline || _lines[at + 1].Depth > 0 ? 0
            : next[0] == '=' ? 1
            : 2;
    }

    private bool IsTable(int at) =>
        at + 1 < _lines.Count
        && source.TablePrefixes.ContainsKey(at + 1)
        && _lines[at + 1] is { IsContinuation: true } delimiter
        && !_lines[at].IsIndented
        && delimiter.Depth == _lines[at].Depth
        && TableRows.IsHeader(TextOf(_lines[at]), TextOf(delimiter));

    private ReadOnlySpan<char> TextOf(SourceLine line) => markdown.AsSpan(line.Text, line.TextEnd - line.Text);
}
