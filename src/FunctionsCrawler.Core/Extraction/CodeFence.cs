namespace FunctionsCrawler.Extraction;

/// <summary>Tells which lines of Markdown are in fenced code (CommonMark, 4.5). Give it every line in order.</summary>
internal sealed class CodeFence
{
    private char _marker;
    private int _length;

    /// <summary>Whether a line is code or one of its fences.</summary>
    public bool IsCode(ReadOnlySpan<char> line)
    {
        var text = line.TrimStart(' ');
        var isIndented = line.Length - text.Length > 3;
        var marker = text.Length > 0 ? text[0] : '\0';
        var length = marker is '`' or '~' ? text.Length - text.TrimStart(marker).Length : 0;
        if (_length > 0)
        {
            if (!isIndented && marker == _marker && length >= _length && text[length..].Trim().Length == 0)
                _length = 0;
            return true;
        }
        if (isIndented || length < 3 || (marker == '`' && text[length..].Contains('`')))
            return false;
        (_marker, _length) = (marker, length);
        return true;
    }
}
