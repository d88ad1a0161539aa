namespace FunctionsCrawler.Selectors;

/// <summary>
/// Finds syntax errors in CSS selectors that a browser evaluates, before a browser is started.
/// </summary>
/// <remarks>
/// It accepts everything that Chromium accepts, also pseudo-classes of later versions, because it knows the grammar of Selectors
/// Level 4 and no names. What it accepts may still be refused by the browser, such as an unknown pseudo-class.
/// </remarks>
internal ref struct SelectorSyntax
{
    private const int MaxNesting = 16;

    private readonly ReadOnlySpan<char> _text;
    private int _at;

    private SelectorSyntax(ReadOnlySpan<char> text) => _text = text;

    private readonly char Current => _at < _text.Length ? _text[_at] : '\0';

    private readonly char Next => _at + 1 < _text.Length ? _text[_at + 1] : '\0';

    /// <summary>Whether a text is a selector, or a list of selectors separated by commas.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        var reader = new SelectorSyntax(text);
        return reader.ReadList(0, isRelative: false) && reader._at == text.Length;
    }

    // complex [, complex]*, up to the end or a closing parenthesis.
    private bool ReadList(int nesting, bool isRelative)
    {
        do
        {
            SkipSpace();
            if (!ReadComplex(nesting, isRelative))
                return false;
        } while (Skip(','));
        return true;
    }

    // compound [combinator compound]*. Those within :has() may begin with a combinator.
    private bool ReadComplex(int nesting, bool isRelative)
    {
        if (isRelative && SkipCombinator())
            SkipSpace();
        while (true)
        {
            if (!ReadCompound(nesting))
                return false;
            var isApart = SkipSpace();
            if (_at == _text.Length || Current is ',' or ')')
                return true;
            if (SkipCombinator())
                SkipSpace();
            else if (!isApart)
                return false;
        }
    }

    private bool SkipCombinator() => Current is '>' or '+' or '~' && Skip(Current);

    private bool ReadCompound(int nesting)
    {
        var start = _at;
        if (!ReadType())
            return false;
        while (true)
        {
            switch (Current)
            {
                case '#':
                    _at++;
                    // Unlike other names, that of an id may begin with a digit only if it is escaped.
                    if (!ReadName())
                        return false;
                    break;
                case '.':
                    _at++;
                    if (!ReadName())
                        return false;
                    break;
                case '&':
                    _at++;
                    break;
                case '[':
                    if (!ReadAttribute())
                        return false;
                    break;
                case ':':
                    if (!ReadPseudo(nesting))
                        return false;
                    break;
                default:
                    return _at > start;
            }
        }
    }

    // A type, * or none, each with or without a namespace.
    private bool ReadType()
    {
        if (!Skip('*') && IsNameStart() && !ReadName())
            return false;
        if (Current is not '|' || Next is '|')
            return true;
        _at++;
        return Skip('*') || ReadName();
    }

    // [name], [name=value], [name~="value" i]
    private bool ReadAttribute()
    {
        _at++;
        SkipSpace();
        if (!ReadAttributeName())
            return false;
        SkipSpace();
        if (Skip(']') || _at == _text.Length)
            return true;
        if (Current is '~' or '|' or '^' or '$' or '*')
            _at++;
        if (!Skip('='))
            return false;
        SkipSpace();
        if (!(Current is '"' or '\'' ? ReadString() : ReadName()))
            return false;
        SkipSpace();
        if (Current is 'i' or 'I' or 's' or 'S')
            _at++;
        SkipSpace();
        // At the end of a text everything that is open is closed (CSS Syntax 3, 9).
        return Skip(']') || _at == _text.Length;
    }

    private bool ReadAttributeName()
    {
        if (!Skip('*') && Current is not '|' && !ReadName())
            return false;
        if (Current is not '|' || Next is '=')
            return _text[_at - 1] != '*';
        _at++;
        return ReadName();
    }

    // :name, ::name, :name(…)
    private bool ReadPseudo(int nesting)
    {
        _at++;
        Skip(':');
        var start = _at;
        if (!ReadName())
            return false;
        var name = _text[start.._at];
        if (!Skip('('))
            return true;
        if (nesting == MaxNesting)
            return false;
        // :is() and :where() ignore selectors that they do not understand.
        var isHas = name.Equals("has", StringComparison.OrdinalIgnoreCase);
        var takesSelectors = isHas || name.Equals("not", StringComparison.OrdinalIgnoreCase);
        return (!takesSelectors || ReadList(nesting + 1, isHas)) && ReadRest();
    }

    // The arguments of a function, which may be of any kind, and its closing parenthesis.
    private bool ReadRest()
    {
        var open = new Stack<char>();
        open.Push(')');
        while (_at < _text.Length)
        {
            switch (Current)
            {
                case '"' or '\'':
                    if (!ReadString())
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

    private bool ReadString()
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

    private readonly bool IsNameStart() =>
        IsNameStart(Current) || (Current is '-' && (IsNameStart(Next) || Next is '-'));

    private bool ReadName()
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

    private bool Skip(char c)
    {
        if (_at == _text.Length || Current != c)
            return false;
        _at++;
        return true;
    }

    // Also skips comments, which are not space: "a/**/b" is no selector.
    private bool SkipSpace()
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
