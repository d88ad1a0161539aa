using System.Text;

namespace FunctionsCrawler.Extraction;

/// <summary>Lines of Markdown inside nested containers (quotes and list items), and the blank lines between blocks.</summary>
internal sealed class MarkdownOutput
{
    // Deeper nesting is written at this level: no reader needs it, and every line repeats its containers' prefixes.
    private const int MaximumDepth = 24;

    private readonly StringBuilder _text = new();
    private readonly List<Container> _containers = [new Container("", "") { IsOpen = true }];
    private int _ignored;
    private bool _blankDue;

    /// <summary>The marker of the list that ended right before this point, which a new list must not share.</summary>
    public char ListBefore { get; private set; }

    /// <summary>Opens a container; it appears with its first line, so one without content leaves no trace.</summary>
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

    /// <summary>Lets the next block follow without a blank line, as in tight lists.</summary>
    public void JoinNext() => _blankDue = _blankDue && _ignored > 0;

    public void Block(string text)
    {
        if (_blankDue)
            BlankLine();
        foreach (var line in text.Split('\n'))
            Line(line);
        _blankDue = true;
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
