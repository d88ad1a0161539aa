using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction.Main;

/// <summary>
/// The visible elements of a document in document order, each with what its subtree holds. One pass over the tree builds
/// it; after that, whether an element contains another is a comparison of two indexes.
/// </summary>
internal sealed class PageOutline
{
    // A character of Chinese or Japanese carries about as much text as three of an alphabet.
    private const int WeightOfIdeograph = 3;
    private const char FirstIdeograph = '\u2e80';

    private readonly List<OutlineEntry> _entries = [];

    private PageOutline() { }

    public int Count => _entries.Count;

    public OutlineEntry this[int index] => _entries[index];

    /// <summary>The last visible child element.</summary>
    public OutlineEntry? LastChild(OutlineEntry entry)
    {
        var child = FirstChild(entry);
        while (child?.Next is { } next)
            child = next;
        return child;
    }

    public static PageOutline Of(IElement root)
    {
        var outline = new PageOutline();
        if (!Visibility.IsHidden(root))
            outline.Add(root, null, default);
        return outline;
    }

    /// <summary>The first visible child element.</summary>
    public OutlineEntry? FirstChild(OutlineEntry entry) =>
        entry.Index + 1 < entry.End ? _entries[entry.Index + 1] : null;

    private OutlineEntry Add(IElement element, OutlineEntry? parent, Place place)
    {
        var entry = new OutlineEntry(element, _entries.Count, parent);
        _entries.Add(entry);
        if (entry.IsLink)
            CountLink(entry);
        else if (entry.Is("button") || (entry.Role is "button" && !entry.Is("summary")))
            CountButton(entry);
        entry.Headings = entry.IsHeading ? 1 : 0;
        entry.Breaks = element.LocalName is "p" or "table" ? 1 : 0;
        AddChildren(element, entry, null, place.Inside(entry));
        entry.End = _entries.Count;
        return entry;
    }

    /// <summary>Adds the children of an element to an entry; returns the last of the entry's children.</summary>
    private OutlineEntry? AddChildren(IElement element, OutlineEntry entry, OutlineEntry? previous, Place place)
    {
        var children = element.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is IText text)
            {
                CountText(entry, text.Data, place.InLink);
                continue;
            }
            if (children[i] is not IElement child)
                continue;
            entry.FormControls += child.LocalName is "input" or "textarea" or "select" ? 1 : 0;
            entry.Breaks += child.LocalName is "br" ? 1 : 0;
            if (Visibility.IsHidden(child))
                continue;
            if (IsPartOfText(child, place))
            {
                previous = AddChildren(child, entry, previous, place);
                continue;
            }
            var added = Add(child, entry, place);
            added.Previous = previous;
            if (previous is not null)
                previous.Next = added;
            previous = added;
            entry.Include(added);
        }
        return previous;
    }

    // No entries for what only formats text: these are most of the elements of a page with highlighted code.
    private static bool IsPartOfText(IElement element, Place place) =>
        element.LocalName switch
        {
            "em" or "strong" or "b" or "i" or "u" or "code" or "br" or "wbr" or "img" or "sup" or "sub" => true,
            "kbd" or "var" or "tt" or "samp" or "cite" or "q" or "mark" or "abbr" or "time" => true,
            "span" => place.InCode,
            _ => false,
        };

    private readonly record struct Place(bool InLink, bool InCode)
    {
        public Place Inside(OutlineEntry entry) => new(InLink || entry.IsLink, InCode || entry.Is("pre"));
    }

    private static void CountLink(OutlineEntry entry)
    {
        var href = entry.Element.GetAttribute("href")!;
        entry.Links = 1;
        entry.PageLinks = href.StartsWith('#') && href.Length > 1 ? 1 : 0;
    }

    // A button that shows or hides something is the heading of what it opens, so its text belongs to the page.
    private static void CountButton(OutlineEntry entry) =>
        entry.Buttons =
            entry.Role is "tab"
            || entry.Element.HasAttribute("aria-expanded")
            || entry.Element.HasAttribute("aria-controls")
                ? 0
                : 1;

    private static void CountText(OutlineEntry entry, string text, bool inLink)
    {
        var weight = 0;
        foreach (var c in text)
        {
            if (!char.IsWhiteSpace(c))
                weight += c >= FirstIdeograph ? WeightOfIdeograph : 1;
            entry.Questions += c is '?' or '\uff1f' or '\u061f' ? 1 : 0;
        }
        entry.Text += weight;
        entry.OwnText += inLink ? 0 : weight;
        entry.LinkText += inLink ? weight : 0;
    }
}
