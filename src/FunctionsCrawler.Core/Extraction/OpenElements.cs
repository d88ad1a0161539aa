namespace FunctionsCrawler.Extraction;

/// <summary>
/// Reckons which elements a tree builder (HTML standard, 13.2.6) holds open after each tag. Never too few: where it is not
/// plain that a tag closes an element, the element counts as open.
/// </summary>
internal sealed class OpenElements
{
    // No deeper than the tree: browsers nest 512 deep, and people 100.
    private const int Most = HtmlExtractor.MaximumDepth;

    // These the builder opens again in each new block, so that each costs an element there.
    private const int MostFormatting = 32;

    // An end tag of formatting gets through this many blocks (8 by the standard), and is without effect behind more.
    private const int ReachOfFormatting = 8;

    private static readonly HashSet<string> Formatting = Set("a b big code em font i nobr s small strike strong tt u");

    // Void, or with a text for their only content; but foreign elements of these names can hold others.
    private static readonly HashSet<string> Void = Set(
        "area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr"
    );
    private static readonly HashSet<string> Raw = Set(
        "script style title textarea xmp plaintext iframe noembed noframes"
    );
    private static readonly HashSet<string> Headings = Set("h1 h2 h3 h4 h5 h6");

    // Elements that begin their own list of formatting elements, and end it.
    private static readonly HashSet<string> Markers = Set("td th caption template applet marquee object");

    // Elements that an end tag does not reach beyond, and those of a table only as far as the table.
    private static readonly HashSet<string> Barriers = Set(
        "html table td th caption template applet marquee object select svg math foreignobject desc annotation-xml"
    );
    private static readonly HashSet<string> PartsOfTables = Set("table caption colgroup thead tbody tfoot tr td th");
    private static readonly HashSet<string> TableBarriers = Set("html table template select svg math");

    // Elements that are special beside: the end tag of one that is not does not reach beyond them.
    private static readonly HashSet<string> Blocks = Set(
        "address article aside blockquote body button center colgroup dd details dir div dl dt fieldset figcaption figure "
            + "footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup li listing main menu nav noscript ol p pre search "
            + "section summary tbody tfoot thead tr ul"
    );
    private static readonly HashSet<string> EndsOfParagraphs = Set(
        "address article aside blockquote center dd dir div dl dt fieldset footer h1 h2 h3 h4 h5 h6 header li nav ol p pre "
            + "section ul"
    );

    private readonly List<string> _open = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    // Start (true) and end tags that were seen to have no effect on what is open now.
    private readonly HashSet<(string Name, bool IsStart)> _inVain = [];
    private int _formatting;
    private string? _raw;

    /// <summary>How many are open.</summary>
    public int Count => _open.Count;

    /// <summary>Opens an element; false when it would be one too many.</summary>
    /// <param name="name">Its name in small letters.</param>
    /// <param name="isSelfClosing">Whether its tag ends with a slash.</param>
    public bool TryOpen(string name, bool isSelfClosing)
    {
        _raw = Raw.Contains(name) ? name : null;
        if (IsForeign() ? isSelfClosing : _raw is not null || Void.Contains(name))
            return true;
        // Outside of a table its parts are ignored, as they may be in a template.
        var isInTable = _counts.GetValueOrDefault("table") > 0 && _counts.GetValueOrDefault("template") == 0;
        if (!isInTable && name is not "table" && PartsOfTables.Contains(name))
            return true;
        var isFormatting = Formatting.Contains(name);
        if (!_inVain.Contains((name, true)))
            CloseImplied(name);
        if (_open.Count >= Most || (isFormatting && _formatting >= MostFormatting))
        {
            if (isFormatting || EndsOfParagraphs.Contains(name) || PartsOfTables.Contains(name))
                _inVain.Add((name, true));
            return false;
        }
        _open.Add(name);
        _counts[name] = _counts.GetValueOrDefault(name) + 1;
        _formatting += isFormatting ? 1 : 0;
        _inVain.Clear();
        return true;
    }

    /// <summary>Does what the end tag of an element does; false when that is nothing.</summary>
    public bool TryClose(string name)
    {
        var isRaw = _raw is not null && IsOne(_raw, name);
        _raw = null;
        var isHeading = Headings.Contains(name);
        if ((isHeading || _counts.GetValueOrDefault(name) > 0) && !_inVain.Contains((name, false)))
        {
            if (isHeading ? CloseFrom(Find(Headings.Contains, Barriers.Contains)) : Close(name))
                return true;
            _inVain.Add((name, false));
        }
        // The last two open an element when none is open.
        return isRaw || name is "p" or "br";
    }

    private bool Close(string name)
    {
        if (PartsOfTables.Contains(name))
            return CloseFrom(Find(other => IsOne(other, name), TableBarriers.Contains));
        if (Formatting.Contains(name))
            return CloseFormatting(name);
        // A form is the one element that leaves open what was opened in it.
        if (name is "form")
            return RemoveAt(Find(other => IsOne(other, name), Barriers.Contains));
        return CloseFrom(Find(other => IsOne(other, name), Blocks.Contains(name) ? Barriers.Contains : IsSpecial));
    }

    // Start tags that close what is open without an end tag of its own.
    private void CloseImplied(string name)
    {
        switch (name)
        {
            case "li":
                CloseFrom(Find(other => other is "li", IsBorderOfItems));
                break;
            case "dd" or "dt":
                CloseFrom(Find(other => other is "dd" or "dt", IsBorderOfItems));
                break;
            case "td" or "th":
                CloseFrom(Find(other => other is "td" or "th", TableBarriers.Contains));
                break;
            case "tr" or "thead" or "tbody" or "tfoot":
                CloseFrom(Find(other => IsOne(other, name), TableBarriers.Contains));
                break;
            case "option" or "optgroup" when _open.Count > 0 && IsOne(_open[^1], name):
                RemoveAt(_open.Count - 1);
                break;
            // A link ends the one before: old pages are full of anchors that nobody closed.
            case "a" or "nobr" when _counts.GetValueOrDefault(name) > 0:
                CloseFormatting(name);
                break;
        }
        if (_counts.GetValueOrDefault("p") > 0 && EndsOfParagraphs.Contains(name))
            CloseFrom(Find(other => other is "p", other => Barriers.Contains(other) || other is "button"));
    }

    private bool CloseFormatting(string name)
    {
        var blocks = 0;
        var place = Find(
            other => IsOne(other, name),
            other => Barriers.Contains(other) || (Blocks.Contains(other) && ++blocks >= ReachOfFormatting)
        );
        return blocks > 0 ? RemoveAt(place) : CloseFrom(place);
    }

    private bool IsForeign() => _counts.GetValueOrDefault("svg") > 0 || _counts.GetValueOrDefault("math") > 0;

    private static bool IsSpecial(string name) => Barriers.Contains(name) || Blocks.Contains(name);

    private static bool IsBorderOfItems(string name) => IsSpecial(name) && name is not ("address" or "div" or "p");

    private static bool IsOne(string name, string other) => string.Equals(name, other, StringComparison.Ordinal);

    /// <summary>The innermost element that is sought, or -1 if there is none or a border comes first.</summary>
    private int Find(Func<string, bool> isSought, Func<string, bool> isBorder)
    {
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (isSought(_open[i]))
                return i;
            if (isBorder(_open[i]))
                return -1;
        }
        return -1;
    }

    // What is formatting stays in force beyond the element it stands in, but for markers.
    private bool CloseFrom(int place)
    {
        if (place < 0)
            return false;
        var end = _open.FindIndex(place, Markers.Contains);
        for (var i = _open.Count - 1; i > place; i--)
            if ((end >= 0 && i > end) || !Formatting.Contains(_open[i]))
                RemoveAt(i);
        return RemoveAt(place);
    }

    private bool RemoveAt(int place)
    {
        if (place < 0)
            return false;
        var name = _open[place];
        _open.RemoveAt(place);
        _counts[name]--;
        _inVain.Clear();
        _formatting -= Formatting.Contains(name) ? 1 : 0;
        return true;
    }

    private static HashSet<string> Set(string names) => new(names.Split(' '), StringComparer.Ordinal);
}
