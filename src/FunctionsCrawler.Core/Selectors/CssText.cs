namespace FunctionsCrawler.Selectors;

/// <summary>Reads the parts of a CSS text (CSS Syntax 3). At its end everything that is open counts as closed (section 9).</summary>
internal ref struct CssText(ReadOnlySpan<char> text)
{
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <summary>How many characters were read.</summary>
    public readonly int Position => _at;

    /// <summary>Whether everything was read.</summary>
    public readonly bool IsAtEnd => _at == _text.Length;

    /// <summary>The next character; 0 at the end.</summary>
    public readonly char Current => _at < _text.Length ? _text[_at] : '\0';

    /// <summary>The one after that; 0 if there is none.</summary>
    public readonly char Next => _at + 1 < _text.Length ? _text[_at + 1] : '\0';

    /// <summary>What was read since a position.</summary>
    public readonly ReadOnlySpan<char> Since(int position) => _text[position.._at];

    /// <summary>Skips the arguments of a function, which may be of any kind, and its closing parenthesis.</summary>
    public bool SkipArguments()
    {
        var open = new Stack<char>();
        open.Push(')');
        while (_at < _text.Length)
        {
            switch (Current)
            {
                case '"' or '\'':
                    if (!SkipString())
                        return false;
                    continue;
                case '/' when Next is '*':
                    SkipComment();
                    continue;
                case '\\':
                    _at++;
                    break;
                case '(':
                    open.Push(')');
                    break;
                case '[':
                    open.Push(']');
                    break;
                case ')' or ']' when open.Peek() == Current:
                    open.Pop();
                    break;
            }
            _at++;
            if (open.Count == 0)
                return true;
        }
        return true;
    }

    /// <summary>Skips a quoted string. False if it is not one: a line ends within it.</summary>
    public bool SkipString()
    {
        var quote = Current;
        for (_at++; _at < _text.Length; _at++)
        {
            if (Current is '\n' or '\r' or '\f')
                return false;
            if (Current is '\\')
                _at++;
            else if (Skip(quote))
                return true;
        }
        _at = _text.Length;
        return true;
    }

    /// <summary>Whether a name begins here.</summary>
    public readonly bool IsNameStart() =>
        IsNameStart(Current) || (Current is '-' && (IsNameStart(Next) || Next is '-'));

    /// <summary>Skips a name. False if none begins here.</summary>
    public bool SkipName()
    {
        if (!IsNameStart())
            return false;
        while (IsNameStart(Current) || char.IsAsciiDigit(Current) || Current is '-')
        {
            // An escape is up to six hexadecimal digits and a space, or any one character.
            if (Current is '\\')
            {
                if (Next is '\n' or '\r' or '\f')
                    return false;
                _at++;
                var digits = 0;
                while (digits < 6 && char.IsAsciiHexDigit(Current))
                    (_at, digits) = (_at + 1, digits + 1);
                if (digits > 0)
                {
                    if (IsSpace(Current))
                        _at++;
                    continue;
                }
            }
            _at++;
        }
        _at = Math.Min(_at, _text.Length);
        return true;
    }

    /// <summary>Skips a character. False if it does not stand here.</summary>
    public bool Skip(char c)
    {
        if (_at == _text.Length || Current != c)
            return false;
        _at++;
        return true;
    }

    /// <summary>Skips space and comments. False if there was no space: "a/**/b" is no selector.</summary>
    public bool SkipSpace()
    {
        var isSpace = false;
        while (true)
        {
            if (_at < _text.Length && IsSpace(Current))
                (_at, isSpace) = (_at + 1, true);
            else if (Current is '/' && Next is '*')
                SkipComment();
            else
                return isSpace;
        }
    }

    private void SkipComment()
    {
        var end = _text[(_at + 2)..].IndexOf("*/");
        _at = end < 0 ? _text.Length : _at + end + 4;
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f';

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c is '_' or '\\' or >= '\u0080';
}
