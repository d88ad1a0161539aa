namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>Reads the lines of a document: in which quotes, list items and fenced code blocks they are.</summary>
internal sealed class LineReader(string markdown)
{
    private readonly LineContainers _containers = new();
    private readonly List<SourceLine> _lines = [];
    private readonly List<OutlineBlock> _fences = [];
    private OpenFence? _open;

    /// <summary>The lines, in order.</summary>
    public IReadOnlyList<SourceLine> Lines => _lines;

    /// <summary>The fenced code blocks, in order.</summary>
    public IReadOnlyList<OutlineBlock> Fences => _fences;

    /// <summary>What a line begins with in the containers of a delimiter row of a table, by the index of its line.</summary>
    public Dictionary<int, string> TablePrefixes { get; } = [];

    /// <summary>Reads the whole document.</summary>
    public void Read()
    {
        for (var start = 0; start < markdown.Length; )
        {
            var end = markdown.IndexOf('\n', start) is var feed and >= 0 ? feed + 1 : markdown.Length;
            ReadLine(start, end);
            start = end;
        }
        CloseFence(markdown.Length);
    }

    private void ReadLine(int start, int end)
    {
        var line = markdown.AsSpan(start, end - start).TrimEnd("\r\n");
        var at = 0;
        var continued = _containers.Match(line, ref at);
        if (_open is not null)
        {
            var isInside = continued >= _open.Depth;
            if (isInside)
            {
                AddFenceLine(start, line[at..]);
                // The closing fence ends the block after its line.
                if (_open.IsClosedBy(line[at..]))
                    CloseFence(end);
                return;
            }
            CloseFence(start);
        }
        _containers.Keep(continued);
        var isItem = _containers.Open(line, ref at);
        var (text, columns) = LineContainers.SkipSpaces(line, at);
        var content = line[text..].TrimEnd(" \t");
        var isIndented = columns > 3 && !content.IsEmpty;
        var fence = isIndented ? 0 : OpenFence.LengthOf(content);
        var read = new SourceLine(
            start,
            start + text,
            start + text + content.Length,
            continued,
            _containers.Depth,
            isItem,
            isIndented,
            fence > 0 ? _fences.Count : -1
        );
        if (fence > 0)
            _open = new OpenFence(
                start,
                _containers.Depth,
                content[0],
                fence,
                _containers.Prefix(),
                content.ToString()
            );
        else if (TableRows.IsDelimiter(content))
            TablePrefixes[_lines.Count] = _containers.Prefix();
        _lines.Add(read);
    }

    private void AddFenceLine(int start, ReadOnlySpan<char> content)
    {
        // Not before the first line, nor before the closing fence: the part would have no code.
        if (_open!.HasLines && !_open.IsClosedBy(content))
            _open.Lines.Add(start);
        _open.HasLines = true;
        _lines.Add(
            new SourceLine(
                start,
                start,
                start,
                _open.Depth,
                _open.Depth,
                IsItem: false,
                IsIndented: false,
                _fences.Count
            )
        );
    }

    private void CloseFence(int end)
    {
        if (_open is null)
            return;
        _fences.Add(new OutlineBlock(_open.Start, end, _open.Lines, _open.Before, _open.After));
        _open = null;
    }

    /// <summary>A fenced code block that has not ended.</summary>
    private sealed class OpenFence(int start, int depth, char mark, int length, string prefix, string opening)
    {
        public int Start => start;

        public int Depth => depth;

        public List<int> Lines { get; } = [];

        public bool HasLines { get; set; }

        public string Before => $"{prefix}{opening}\n";

        public string After => $"{prefix}{new string(mark, length)}\n";

        /// <summary>Whether a line inside the block ends it.</summary>
        public bool IsClosedBy(ReadOnlySpan<char> content)
        {
            var (at, columns) = LineContainers.SkipSpaces(content, 0);
            var marks = content[at..].TrimEnd(" \t");
            return columns <= 3 && marks.Length >= length && marks.IndexOfAnyExcept(mark) < 0;
        }

        /// <summary>The number of marks that a line opens a code block with; 0 if it does not.</summary>
        public static int LengthOf(ReadOnlySpan<char> text)
        {
            if (text.IsEmpty || text[0] is not ('`' or '~'))
                return 0;
            var length = text.IndexOfAnyExcept(text[0]) is var other and >= 0 ? other : text.Length;
            return length >= 3 && (text[0] == '~' || text[length..].IndexOf('`') < 0) ? length : 0;
        }
    }
}
