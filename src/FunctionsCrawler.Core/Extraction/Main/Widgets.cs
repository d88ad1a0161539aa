namespace FunctionsCrawler.Extraction.Main;

/// <summary>
/// Recognizes controls inside an article by what they are made of, so that neither names nor the page's language matter:
/// tables of contents, pagers, edit links, "was this helpful?".
/// </summary>
/// <param name="outline">The page.</param>
/// <param name="isNeeded">Whether an entry holds what must not be left out.</param>
internal sealed class Widgets(PageOutline outline, Predicate<OutlineEntry> isNeeded)
{
    private const double NearlyAllLinks = 0.8;
    private const int FewLinks = 4;
    private const int ShortText = 80;
    private const int FewestEntries = 3;

    public bool IsWidget(OutlineEntry entry) =>
        IsContents(entry) || IsHeadingOfContents(entry) || IsLinkBar(entry) || IsQuestion(entry) || IsCodeLabel(entry);

    // A list of links that all lead to places of this page.
    private static bool IsContents(OutlineEntry entry) =>
        entry.Links >= FewestEntries
        && entry.PageLinks == entry.Links
        && entry.LinkDensity >= NearlyAllLinks
        && entry.Element.LocalName is "ul" or "ol" or "dl" or "div" or "section" or "table" or "p" or "details"
        && !HoldsFootnotes(entry);

    // A list of footnotes may consist of links back to the text.
    private static bool HoldsFootnotes(OutlineEntry entry) =>
        entry.Element.QuerySelector("[role^=doc-], [id^=fn], [id^=cite]") is not null;

    private static bool IsHeadingOfContents(OutlineEntry entry) =>
        entry.Text <= ShortText / 2
        && entry.LinkText == 0
        && entry.Next is { } next
        && IsContents(next)
        && (entry.IsHeading ? IsAllOfSection(entry, next) : IsLabel(entry));

    // A heading whose section has nothing but the list; the title of a page may be followed by one too.
    private static bool IsAllOfSection(OutlineEntry heading, OutlineEntry list) =>
        list.Next is null
        || list.Next.Is("hr")
        || (list.Next.IsHeading && string.CompareOrdinal(list.Next.Element.LocalName, heading.Element.LocalName) <= 0);

    private static bool IsLabel(OutlineEntry entry) =>
        (entry.Is("p") || entry.Is("div"))
        && entry.Text <= ShortText / 3
        && entry.Element.TextContent.AsSpan().Trim() is not [.., '.' or '!' or '?' or '\u3002'];

    /// <summary>A bar of few links, one of which is a button, turns pages, edits, prints or returns to the top.</summary>
    private bool IsLinkBar(OutlineEntry entry)
    {
        if (entry.Links is 0 or > FewLinks || entry.Headings > 0 || entry.LinkDensity < NearlyAllLinks)
            return false;
        for (var i = entry.Index; i < entry.End; i++)
            if (outline[i].Is("a") && IsControl(outline[i]) && !isNeeded(outline[i]))
                return entry.Is("a") ? StandsAlone(entry) : true;
        return false;
    }

    private static bool StandsAlone(OutlineEntry link) =>
        link.Parent is { } parent && (parent.LinkDensity >= NearlyAllLinks || !parent.Is("p"));

    private static bool IsControl(OutlineEntry link)
    {
        var rel = link.Element.GetAttribute("rel");
        if (rel is not null && rel.Split(' ').Any(kind => kind is "prev" or "next"))
            return true;
        if (link.Element.ClassName is { } name && name.Split(' ').Any(part => part is "button" or "btn"))
            return true;
        return link.Element.GetAttribute("href") is { } href
            && (
                href is "#" or "#top"
                || href.StartsWith("javascript:", StringComparison.OrdinalIgnoreCase)
                || href.Contains("/edit/", StringComparison.Ordinal)
                || href.Contains("action=edit", StringComparison.Ordinal)
                || href.Contains("/_sources/", StringComparison.Ordinal)
            );
    }

    private static bool IsQuestion(OutlineEntry entry) =>
        entry.Buttons >= 2 && entry.Headings == 0 && entry.Text <= ShortText && entry.Questions > 0;

    // VitePress and others write the language of a code block as text beside it.
    private static bool IsCodeLabel(OutlineEntry entry) =>
        entry.Is("span")
        && entry.Text <= ShortText / 4
        && entry.Next is { } next
        && next.Is("pre")
        && entry.Element.ClassName is "lang" or "language" or "code-lang";
}
