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

    private CssText _text;

    private SelectorSyntax(ReadOnlySpan<char> text) => _text = new CssText(text);

    /// <summary>Whether a text is a selector, or a list of selectors separated by commas.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        var reader = new SelectorSyntax(text);
        return reader.ReadList(0, isRelative: false) && reader._text.IsAtEnd;
    }

    // complex [, complex]*, up to the end or a closing parenthesis.
    private bool ReadList(int nesting, bool isRelative)
    {
        do
        {
            _text.SkipSpace();
            if (!ReadComplex(nesting, isRelative))
                return false;
        } while (_text.Skip(','));
        return true;
    }

    // compound [combinator compound]*. Those within :has() may begin with a combinator.
    private bool ReadComplex(int nesting, bool isRelative)
    {
        if (isRelative && SkipCombinator())
            _text.SkipSpace();
        while (true)
        {
            if (!ReadCompound(nesting))
                return false;
            var isApart = _text.SkipSpace();
            if (_text.IsAtEnd || _text.Current is ',' or ')')
                return true;
            if (SkipCombinator())
                _text.SkipSpace();
            else if (!isApart)
                return false;
        }
    }

    private bool SkipCombinator() => _text.Current is '>' or '+' or '~' && _text.Skip(_text.Current);

    private bool ReadCompound(int nesting)
    {
        var start = _text.Position;
        if (!ReadType())
            return false;
        while (true)
        {
            switch (_text.Current)
            {
                case '#' or '.':
                    _text.Skip(_text.Current);
                    if (!_text.SkipName())
                        return false;
                    break;
                case '&':
                    _text.Skip(_text.Current);
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
                    return _text.Position > start;
            }
        }
    }

    // A type, * or none, each with or without a namespace.
    private bool ReadType()
    {
        if (!_text.Skip('*') && _text.IsNameStart() && !_text.SkipName())
            return false;
        if (_text.Current is not '|' || _text.Next is '|')
            return true;
        _text.Skip(_text.Current);
        return _text.Skip('*') || _text.SkipName();
    }

    // [name], [name=value], [name~="value" i]
    private bool ReadAttribute()
    {
        _text.Skip(_text.Current);
        _text.SkipSpace();
        if (!ReadAttributeName())
            return false;
        _text.SkipSpace();
        if (_text.Skip(']') || _text.IsAtEnd)
            return true;
        if (_text.Current is '~' or '|' or '^' or '$' or '*')
            _text.Skip(_text.Current);
        if (!_text.Skip('='))
            return false;
        _text.SkipSpace();
        if (!(_text.Current is '"' or '\'' ? _text.SkipString() : _text.SkipName()))
            return false;
        _text.SkipSpace();
        if (_text.Current is 'i' or 'I' or 's' or 'S')
            _text.Skip(_text.Current);
        _text.SkipSpace();
        // At the end of a text everything that is open is closed (CSS Syntax 3, 9).
        return _text.Skip(']') || _text.IsAtEnd;
    }

    private bool ReadAttributeName()
    {
        var isAny = _text.Skip('*');
        if (!isAny && _text.Current is not '|' && !_text.SkipName())
            return false;
        if (_text.Current is not '|' || _text.Next is '=')
            return !isAny;
        _text.Skip(_text.Current);
        return _text.SkipName();
    }

    // :name, ::name, :name(…)
    private bool ReadPseudo(int nesting)
    {
        _text.Skip(_text.Current);
        _text.Skip(':');
        var start = _text.Position;
        if (!_text.SkipName())
            return false;
        var name = _text.Since(start);
        if (!_text.Skip('('))
            return true;
        if (nesting == MaxNesting)
            return false;
        // :is() and :where() ignore selectors that they do not understand.
        var isHas = name.Equals("has", StringComparison.OrdinalIgnoreCase);
        var takesSelectors = isHas || name.Equals("not", StringComparison.OrdinalIgnoreCase);
        return (!takesSelectors || ReadList(nesting + 1, isHas)) && _text.SkipArguments();
    }
}
