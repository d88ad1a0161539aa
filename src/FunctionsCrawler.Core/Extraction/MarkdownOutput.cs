using System.Text;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Writes blocks of Markdown inside nested containers (quotes and list items), with blank lines between them.
/// </summary>
internal sealed class MarkdownOutput
{
    // Containers nested deeper are flattened to this level. Every line repeats the prefixes of its containers, so deep nesting
    // would multiply the output.
    private const int MaximumDepth = 24;

    private readonly StringBuilder _text = new();
    private readonly List<Container> _containers = [new Container("", "") { IsOpen = true }];
    private int _ignored;
    private bool _needsBlankLine;

    /// <summary>
    /// The marker of the list that ended directly before this point, or NUL. A new list must use another marker to be a
    /// separate list.
    /// </summary>
    public char ListBefore { get; private set; }

    /// <summary>Opens a container. It is written with its first line, so an empty container leaves no output.</summary>
    /// <param name="first">The prefix of its first line: "- ".</param>
    /// <param name="rest">The prefix of its further lines: two spaces.</param>
    public void Open(string first, string rest)
    {
        if (_containers.Count > MaximumDepth)
            _ignored++;
        else
            _containers.Add(new Container(first, rest) { ListBefore = ListBefore });
        ListBefore = '\0';
    }

    public void Close()
    {
        if (_ignored > 0)
        {
            _ignored--;
            return;
        }
        if (!_containers[^1].IsOpen)
            ListBefore = _containers[^1].ListBefore;
        _containers.RemoveAt(_containers.Count - 1);
    }

    public void EndList(char marker) => ListBefore = marker;

    /// <summary>Omits the blank line before the next block, as in tight lists.</summary>
    public void JoinNext() => _needsBlankLine = _needsBlankLine && _ignored > 0;

    public void Block(string text)
    {
        if (_needsBlankLine)
            BlankLine();
        foreach (var line in text.Split('\n'))
            Line(line);
        _needsBlankLine = true;
        ListBefore = '\0';
    }

    public override string ToString() => _text.ToString();

    private void BlankLine()
    {
        foreach (var container in _containers)
            if (container.IsOpen)
                _text.Append(container.Rest);
        EndLine();
    }

    private void Line(ReadOnlySpan<char> line)
    {
        foreach (var container in _containers)
        {
            _text.Append(container.IsOpen ? container.Rest : container.First);
            container.IsOpen = true;
        }
        if (line.IsEmpty)
            EndLine();
        else
            _text.Append(line).Append('\n');
    }

    private void EndLine()
    {
        while (_text.Length > 0 && _text[^1] == ' ')
            _text.Length--;
        _text.Append('\n');
    }

    private sealed class Container(string first, string rest)
    {
        public string First { get; } = first;

        public string Rest { get; } = rest;

        public char ListBefore { get; init; }

        public bool IsOpen { get; set; }
    }
}
