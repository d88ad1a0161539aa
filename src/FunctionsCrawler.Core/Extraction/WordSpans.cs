using System.Globalization;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Enumerates the words of a text: runs of letters, marks and digits. A character of a script that puts no spaces between
/// words (Chinese, Japanese, Thai, …) is a word of its own.
/// </summary>
internal ref struct WordSpans(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    /// <summary>The current word.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Returns this, for foreach.</summary>
    public readonly WordSpans GetEnumerator() => this;

    /// <summary>Moves to the next word; false at the end.</summary>
    public bool MoveNext()
    {
        var start = 0;
        while (start < _rest.Length && !IsWordPart(_rest[start]))
            start++;
        if (start == _rest.Length)
            return false;
        var end = start + 1;
        if (!StandsAlone(_rest[start]))
        {
            while (end < _rest.Length && IsWordPart(_rest[end]) && !StandsAlone(_rest[end]))
                end++;
        }
        Current = _rest[start..end];
        _rest = _rest[end..];
        return true;
    }

    /// <summary>Whether a character is part of a word.</summary>
    public static bool IsWordPart(char c) =>
        char.IsLetterOrDigit(c)
        || char.IsSurrogate(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    // Thai to Burmese, Khmer, and the East Asian scripts without Hangul.
    private static bool StandsAlone(char c) =>
        c
            is (>= '\u0E00' and <= '\u109F')
                or (>= '\u1780' and <= '\u17FF')
                or (>= '\u2E80' and <= '\uA4CF')
                or (>= '\uF900' and <= '\uFAFF');
}
