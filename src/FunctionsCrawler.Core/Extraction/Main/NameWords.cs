using System.Collections.Frozen;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction.Main;

/// <summary>What the names that authors gave an element (class and id) say about its purpose.</summary>
internal enum Purpose
{
    /// <summary>Nothing known.</summary>
    None,

    /// <summary>Not content, unless it holds a large part of the page's text.</summary>
    Doubtful,

    /// <summary>Not content if it consists of links.</summary>
    LinkList,

    /// <summary>Not content.</summary>
    Chrome,
}

/// <summary>
/// Reads class and id as words: "theme-doc-breadcrumbs", "VPDocFooter" and "story__tags" contain names that mean the same
/// on sites of any language. One instance serves one document and remembers its names, which repeat.
/// </summary>
internal sealed class NameWords
{
    // Longer names are generated, and a document could hold megabytes of them.
    private const int MaxLength = 400;

    private static readonly FrozenSet<string> Chrome = SetOf(
        "toc toctitle crumb crumbs pagination pager consent gdpr ccpa onetrust skip skiplink share sharing sharebar "
            + "sharedaddy addthis social ad ads adsense sponsored helpful feedback editsection catlinks printfooter "
            + "noprint searchbox searchform jump colophon topbar"
    );

    private static readonly FrozenSet<string> LinkLists = SetOf(
        "tag tags tagcloud categories widget links quicklinks portlet dropdown archive archives trending popular mostread "
            + "latest tools"
    );

    private static readonly FrozenSet<string> Doubtful = SetOf(
        "comments commentlist disqus respond banner promo promotion announcement notification toolbar modal popup overlay "
            + "login signin signup subscribe subscription cart drawer versions rating ratings vote votes votecell voting "
            + "survey copyright imprint bottom totop backtotop edit editlink cta teaser stat online"
    );

    // "has-sidebar" and "navigation-not-searchable" tell a state of an element that is something else.
    private static readonly FrozenSet<string> States = SetOf("has with without no not is hide hides show shows");

    private static readonly FrozenSet<string> Inline = SetOf(
        "skip skiplink editsection viewcode src backtotop totop hideme copybtn copybutton clipboard"
    );

    private static readonly FrozenSet<string> Permalinks = SetOf("permalink headerlink anchor");

    // Names that begin or end in these mean the same as the word alone: "navpath", "leftnav", "relatedposts".
    private static readonly string[] ChromeStarts =
    [
        "nav",
        "breadcrumb",
        "cookie",
        "newsletter",
        "related",
        "recommend",
        "paginat",
        "advert",
        "prevnext",
    ];

    private static readonly string[] ChromeEnds = ["nav", "navigation", "breadcrumb", "breadcrumbs"];

    private static readonly string[] ChromeNames = ["table-of-contents", "tableofcontents", "on-this-page"];

    private static readonly string[] DoubtfulNames =
    [
        "last-updated",
        "lastupdated",
        "last-modified",
        "lastmod",
        "docinfo",
        "doc-info",
        "pageid",
    ];

    private static readonly FrozenSet<string> Edges = SetOf("head hd top foot ft kopf fuss");

    private static readonly string[] ScreenReaderNames =
    [
        "sr-only",
        "visually-hidden",
        "visuallyhidden",
        "screen-reader",
    ];

    private readonly Dictionary<string, Purpose> _purposes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _inline = new(StringComparer.Ordinal);
    private readonly Dictionary<string, bool> _permalinks = new(StringComparer.Ordinal);

    /// <summary>What the names of an element that holds blocks say.</summary>
    public Purpose PurposeOf(IElement element, bool usesId)
    {
        var purpose = OfNames(element.ClassName);
        var byId = usesId ? OfNames(element.Id) : Purpose.None;
        return byId > purpose ? byId : purpose;
    }

    /// <summary>Whether an inline element is a control, or text for screen readers only, by its class.</summary>
    public bool IsInlineChrome(IElement element) =>
        Is(element, _inline, name => WordsOf(name).Exists(Inline.Contains) || StartsWithAny(name, ScreenReaderNames));

    /// <summary>Whether an inline element is named a link to its own place.</summary>
    public bool IsPermalink(IElement element) =>
        Is(element, _permalinks, name => WordsOf(name).Exists(Permalinks.Contains));

    private static bool Is(IElement element, Dictionary<string, bool> known, Predicate<string> test)
    {
        if (element.ClassName is not { Length: > 0 and <= MaxLength } names)
            return false;
        if (!known.TryGetValue(names, out var result))
            known[names] = result = Array.Exists(SplitNames(names), test);
        return result;
    }

    /// <summary>Whether an element is named a table of contents.</summary>
    public static bool IsContents(IElement element) =>
        element.ClassName is { Length: <= MaxLength } name
        && (
            Array.Exists(SplitNames(name), one => WordsOf(one).Contains("toc"))
            || Array.Exists(ChromeNames, known => name.Contains(known, StringComparison.OrdinalIgnoreCase))
        );

    /// <summary>Whether the name of an element at the top of the page says that it is its head or foot.</summary>
    public static bool IsEdge(IElement element) =>
        element.ClassName is { } name && Edges.Contains(name) || element.Id is { } id && Edges.Contains(id);

    private Purpose OfNames(string? names)
    {
        if (names is not { Length: > 0 and <= MaxLength })
            return Purpose.None;
        if (!_purposes.TryGetValue(names, out var purpose))
            _purposes[names] = purpose = SplitNames(names).Select(OfName).DefaultIfEmpty().Max();
        return purpose;
    }

    private static Purpose OfName(string name)
    {
        if (Array.Exists(ChromeNames, known => name.Contains(known, StringComparison.OrdinalIgnoreCase)))
            return Purpose.Chrome;
        if (Array.Exists(DoubtfulNames, known => name.Contains(known, StringComparison.OrdinalIgnoreCase)))
            return Purpose.Doubtful;
        var words = WordsOf(name);
        return words.Count == 0 || words.Exists(States.Contains) ? Purpose.None : words.Max(OfWord);
    }

    private static Purpose OfWord(string word)
    {
        if (Chrome.Contains(word) || StartsWithAny(word, ChromeStarts) || EndsWithAny(word, ChromeEnds))
            return Purpose.Chrome;
        if (LinkLists.Contains(word) || EndsWithAny(word, ["menu", "sidebar"]))
            return Purpose.LinkList;
        return Doubtful.Contains(word) || EndsWithAny(word, ["footer"]) ? Purpose.Doubtful : Purpose.None;
    }

    private static string[] SplitNames(string names) =>
        names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    // Words end at anything but letters, and before a capital that follows a small letter.
    private static List<string> WordsOf(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            var isLetter = i < name.Length && char.IsAsciiLetter(name[i]);
            if (isLetter && !(i > start && char.IsAsciiLetterUpper(name[i]) && char.IsAsciiLetterLower(name[i - 1])))
                continue;
            if (i > start)
                words.Add(name[start..i].ToLowerInvariant());
            start = isLetter ? i : i + 1;
        }
        return words;
    }

    private static bool StartsWithAny(string word, string[] starts) =>
        Array.Exists(starts, start => word.StartsWith(start, StringComparison.OrdinalIgnoreCase));

    private static bool EndsWithAny(string word, string[] ends) =>
        Array.Exists(ends, end => word.EndsWith(end, StringComparison.Ordinal));

    private static FrozenSet<string> SetOf(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
