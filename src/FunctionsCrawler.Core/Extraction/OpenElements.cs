namespace FunctionsCrawler.Extraction;

/// <summary>
/// Over-approximates the tree builder's stack of open elements (HTML standard, 13.2.6): an element counts as open unless a
/// tag certainly closes it.
/// </summary>
internal sealed class OpenElements
{
    // The depth of the tree. Browsers nest up to 512; hand-written pages up to about 100.
    private const int MaxOpen = HtmlExtractor.MaximumDepth;

    // The tree builder reopens formatting elements in each new block, so each of them costs an element per block.
    private const int MaxFormatting = 32;

    // A formatting end tag reaches through at most this many blocks (8 by the standard); behind more it has no effect.
    private const int MaxBlocksForFormatting = 8;

    private static readonly HashSet<string> Formatting = Set("a b big code em font i nobr s small strike strong tt u");

    // Void elements, and elements that contain only text. Foreign elements (SVG, MathML) of these names can contain others.
    private static readonly HashSet<string> Void = Set(
        "area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr"
    );
    private static readonly HashSet<string> Raw = Set(
        "script style title textarea xmp plaintext iframe noembed noframes"
    );
    private static readonly HashSet<string> Headings = Set("h1 h2 h3 h4 h5 h6");

    // Elements that start their own list of formatting elements and end it when they close.
    private static readonly HashSet<string> Markers = Set("td th caption template applet marquee object");

    // Elements beyond which an end tag has no effect. End tags of table parts stop at TableBarriers instead.
    private static readonly HashSet<string> Barriers = Set(
        "html table td th caption template applet marquee object select svg math foreignobject desc annotation-xml"
    );
    private static readonly HashSet<string> TableParts = Set("table caption colgroup thead tbody tfoot tr td th");
    private static readonly HashSet<string> TableBarriers = Set("html table template select svg math");

    // The other "special" elements of the standard: end tags of ordinary elements have no effect beyond them.
    private static readonly HashSet<string> Blocks = Set(
        "address article aside blockquote body button center colgroup dd details dir div dl dt fieldset figcaption figure "
            + "footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup li listing main menu nav noscript ol p pre search "
            + "section summary tbody tfoot thead tr ul"
    );
    private static readonly HashSet<string> ParagraphClosers = Set(
        "address article aside blockquote center dd dir div dl dt fieldset footer h1 h2 h3 h4 h5 h6 header li nav ol p pre "
            + "section ul"
    );

    private readonly List<string> _open = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    // Start (true) and end tags known to have no effect on the elements open now.
    private readonly HashSet<(string Name, bool IsStart)> _withoutEffect = [];
    private int _formatting;
    private string? _raw;

    /// <summary>The number of open elements.</summary>
    public int Count => _open.Count;

    /// <summary>Applies a start tag; false if it would exceed the limit and was not opened.</summary>
    /// <param name="name">The element's name in lower case.</param>
    /// <param name="isSelfClosing">Whether the tag ends with a slash.</param>
    public bool TryOpen(string name, bool isSelfClosing)
    {
        _raw = Raw.Contains(name) ? name : null;
        if (IsForeign() ? isSelfClosing : _raw is not null || Void.Contains(name))
            return true;
        // The tree builder ignores table parts outside a table, and possibly inside a template.
        var isInTable = _counts.GetValueOrDefault("table") > 0 && _counts.GetValueOrDefault("template") == 0;
        if (!isInTable && name is not "table" && TableParts.Contains(name))
            return true;
        var isFormatting = Formatting.Contains(name);
        if (!_withoutEffect.Contains((name, true)))
            CloseImplied(name);
        if (_open.Count >= MaxOpen || (isFormatting && _formatting >= MaxFormatting))
        {
            if (isFormatting || ParagraphClosers.Contains(name) || TableParts.Contains(name))
                _withoutEffect.Add((name, true));
            return false;
        }
        _open.Add(name);
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
        _formatting += isFormatting ? 1 : 0;
        _withoutEffect.Clear();
        return true;
    }

    /// <summary>Applies an end tag; false if it has no effect.</summary>
    public bool TryClose(string name)
    {
        var isRaw = _raw is not null && Same(_raw, name);
        _raw = null;
        var isHeading = Headings.Contains(name);
        if ((isHeading || _counts.GetValueOrDefault(name) > 0) && !_withoutEffect.Contains((name, false)))
        {
            if (isHeading ? CloseFrom(Find(Headings.Contains, Barriers.Contains)) : Close(name))
                return true;
            _withoutEffect.Add((name, false));
        }
        // End tags of p and br insert an element if none is open.
        return isRaw || name is "p" or "br";
    }

    private bool Close(string name)
    {
        if (TableParts.Contains(name))
            return CloseFrom(Find(other => Same(other, name), TableBarriers.Contains));
        if (Formatting.Contains(name))
            return CloseFormatting(name);
        // Closing a form leaves the elements opened inside it open.
        if (name is "form")
            return RemoveAt(Find(other => Same(other, name), Barriers.Contains));
        return CloseFrom(Find(other => Same(other, name), Blocks.Contains(name) ? Barriers.Contains : IsSpecial));
    }

    // Start tags that implicitly close open elements.
    private void CloseImplied(string name)
    {
        switch (name)
        {
            case "li":
                CloseFrom(Find(other => other is "li", IsItemBarrier));
                break;
            case "dd" or "dt":
                CloseFrom(Find(other => other is "dd" or "dt", IsItemBarrier));
                break;
            case "td" or "th":
                CloseFrom(Find(other => other is "td" or "th", TableBarriers.Contains));
                break;
            case "tr" or "thead" or "tbody" or "tfoot":
                CloseFrom(Find(other => Same(other, name), TableBarriers.Contains));
                break;
            case "option" or "optgroup" when _open.Count > 0 && Same(_open[^1], name):
                RemoveAt(_open.Count - 1);
                break;
            // A new link closes the previous one; old pages have many unclosed anchors.
            case "a" or "nobr" when _counts.GetValueOrDefault(name) > 0:
                CloseFormatting(name);
                break;
        }
        if (_counts.GetValueOrDefault("p") > 0 && ParagraphClosers.Contains(name))
            CloseFrom(Find(other => other is "p", other => Barriers.Contains(other) || other is "button"));
    }

    private bool CloseFormatting(string name)
    {
        var blocks = 0;
        var index = Find(
            other => Same(other, name),
            other => Barriers.Contains(other) || (Blocks.Contains(other) && ++blocks >= MaxBlocksForFormatting)
        );
        return blocks > 0 ? RemoveAt(index) : CloseFrom(index);
    }

    private bool IsForeign() => _counts.GetValueOrDefault("svg") > 0 || _counts.GetValueOrDefault("math") > 0;

    private static bool IsSpecial(string name) => Barriers.Contains(name) || Blocks.Contains(name);

    private static bool IsItemBarrier(string name) => IsSpecial(name) && name is not ("address" or "div" or "p");

    private static bool Same(string name, string other) => string.Equals(name, other, StringComparison.Ordinal);

    /// <summary>Returns the index of the innermost matching element; -1 if there is none or a barrier comes first.</summary>
    private int Find(Func<string, bool> isMatch, Func<string, bool> isBarrier)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (isMatch(_open[i]))
                return i;
            if (isBarrier(_open[i]))
                return -1;
        }
        return -1;
    }

    // Closes an element and those inside it. Formatting elements stay open, because the tree builder reopens them, unless a
    // marker encloses them.
    private bool CloseFrom(int index)
    {
        if (index < 0)
            return false;
        var marker = _open.FindIndex(index, Markers.Contains);
        for (var i = _open.Count - 1; i > index; i--)
            if ((marker >= 0 && i > marker) || !Formatting.Contains(_open[i]))
                RemoveAt(i);
        return RemoveAt(index);
    }

    private bool RemoveAt(int index)
    {
        if (index < 0)
            return false;
        var name = _open[index];
        _open.RemoveAt(index);
        _counts[name]--;
        _withoutEffect.Clear();
        _formatting -= Formatting.Contains(name) ? 1 : 0;
        return true;
    }

    private static HashSet<string> Set(string names) => new(names.Split(' '), StringComparer.Ordinal);
}
