using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction.Main;

/// <summary>Leaves out what surrounds an article: navigation, banners, footers, controls.</summary>
/// <param name="outline">The page.</param>
/// <param name="title">The element with the page's title, which is never left out.</param>
internal sealed class Chrome(PageOutline outline, OutlineEntry? title)
{
    // Above this density an element counts as a list of links.
    private const double MostlyLinks = 0.5;
    private const int ShortText = 60;
    private const int MaxSign = 4;
    private const int MaxAfterDate = 4;
    private const int MaxBeforeHeading = 6;
    private const int FewestDigitsOfDate = 2;

    private readonly NameWords _names = new();
    private readonly OutlineEntry? _article = Landmarks.First(outline);
    private readonly int _prose = Math.Max(outline[0].Prose, 1);
    private readonly int _text = (Landmarks.First(outline) ?? outline[0]).Text;

    /// <summary>Marks the entries of the outline that are chrome.</summary>
    public void LeaveOut()
    {
        var widgets = new Widgets(outline, IsNeeded);
        var codeEnd = 0;
        for (var i = 1; i < outline.Count; i++)
        {
            var entry = outline[i];
            codeEnd = entry.Is("pre") ? Math.Max(codeEnd, entry.End) : codeEnd;
            // Highlighters give the tokens of code names such as "comment" and "tag".
            var isCode = i < codeEnd;
            if (IsNeeded(entry) || !(IsByElement(entry) || (!isCode && (IsByName(entry) || widgets.IsWidget(entry)))))
                continue;
            entry.LeaveOut();
            i = entry.End - 1;
        }
    }

    private bool IsNeeded(OutlineEntry entry) => entry.Contains(title) || entry.Contains(_article);

    private bool IsByElement(OutlineEntry entry) =>
        entry.Element.LocalName switch
        {
            "nav" or "search" => true,
            "header" => !entry.IsInArticle,
            "footer" => entry.Parent is not { Element.LocalName: "blockquote" } && !HoldsNotes(entry),
            "aside" => entry.LinkDensity >= MostlyLinks
                || (!entry.IsInArticle && entry.Headings > 0 && !HoldsNotes(entry))
                || IsDateAtTheEnd(entry),
            "form" => entry.FormControls + entry.Buttons > 0 && entry.Prose * 2 < _prose,
            "button" => entry.Buttons > 0 && !IsHeadingItself(entry),
            "html" or "body" or "main" or "article" => false,
            _ => IsByRole(entry),
        };

    private static bool IsByRole(OutlineEntry entry) =>
        entry.Role switch
        {
            "navigation" or "banner" or "contentinfo" or "search" or "menu" or "menubar" or "toolbar" => true,
            "dialog" or "alertdialog" or "tooltip" or "doc-toc" or "doc-pagelist" => true,
            "complementary" => (!entry.IsInArticle && entry.Headings > 0) || entry.LinkDensity >= MostlyLinks,
            _ => entry.Element.GetAttribute("aria-modal") is "true",
        };

    private bool IsByName(OutlineEntry entry)
    {
        if (!MayHoldBlocks(entry))
            return entry.Element.LocalName is "a" or "span" or "small" or "label" or "summary"
                && (
                    _names.IsInlineChrome(entry.Element)
                    || (IsSign(entry) && _names.IsPermalink(entry.Element))
                    || (
                        entry.Prose == 0
                        && !entry.Is("a")
                        && _names.PurposeOf(entry.Element, usesId: false) == Purpose.Chrome
                    )
                );
        return _names.PurposeOf(entry.Element, !IsSection(entry)) switch
        {
            Purpose.Chrome => IsShare(entry, 0.7) && !IsIndex(entry),
            Purpose.LinkList => entry.LinkDensity >= MostlyLinks && !IsMostOfArticle(entry),
            Purpose.Doubtful => IsShare(entry, 0.5),
            _ when entry.Parent is { Element.LocalName: "body" } && NameWords.IsEdge(entry.Element) => IsShare(
                entry,
                0.5
            ),
            _ => entry.Element.HasAttribute("data-nosnippet") && IsShare(entry, 0.5),
        };
    }

    // The text of a link to its own place may also be the heading.
    private static bool IsSign(OutlineEntry entry) =>
        entry.Text <= MaxSign && !entry.Element.TextContent.Any(char.IsLetterOrDigit);

    private bool IsShare(OutlineEntry entry, double most) => entry.Prose < _prose * most;

    private static bool MayHoldBlocks(OutlineEntry entry) =>
        entry.Element.LocalName switch
        {
            "div" or "section" or "aside" or "header" or "footer" or "ul" or "ol" or "li" or "dl" or "p" => true,
            "table" or "td" or "form" or "details" or "address" or "menu" or "center" => true,
            var name => name.Contains('-', StringComparison.Ordinal),
        };

    // In a list of questions and answers, the questions are often buttons that open the answers.
    private static bool IsHeadingItself(OutlineEntry button) =>
        button.Parent is ({ IsHeading: true } or { Element.LocalName: "summary" }) && button.Parent.Text == button.Text;

    // Generators put the date of the last change into an aside below the text.
    private static bool IsDateAtTheEnd(OutlineEntry entry)
    {
        if (entry.Text > ShortText || entry.Breaks + entry.Headings > 0 || HoldsNotes(entry))
            return false;
        if (entry.Element.TextContent.Count(char.IsDigit) < FewestDigitsOfDate)
            return false;
        var next = entry.Next;
        for (var i = 0; i < MaxAfterDate && next is { Element.LocalName: "form" or "nav" or "footer" or "aside" }; i++)
            next = next.Next;
        return next is null;
    }

    private static bool HoldsNotes(OutlineEntry entry) =>
        entry.Role is "doc-footnote" or "doc-endnotes" or "note"
        || entry.Element.ClassName?.Contains("footnote", StringComparison.OrdinalIgnoreCase) == true;

    // A chapter may consist of the list of its sections.
    private bool IsIndex(OutlineEntry entry) =>
        entry.Text * 2 >= _text && entry.PageLinks * 2 < entry.Links && NameWords.IsContents(entry.Element);

    // The index of a manual.
    private bool IsMostOfArticle(OutlineEntry entry) =>
        _article is not null
        && _article.Contains(entry)
        && entry.Text * 2 >= _text
        && entry.PageLinks * 2 < entry.Links;

    // Documentation generators make the id of a section from its heading: a section "Navigation" is content, unless it is
    // nothing but links. DocBook makes it from a name that its author gave the section.
    private bool IsSection(OutlineEntry entry)
    {
        if (entry.Headings == 0 || entry.LinkDensity >= MostlyLinks || entry.Element.Id is not { Length: > 0 } id)
            return false;
        for (var i = entry.Index + 1; i < Math.Min(entry.End, entry.Index + MaxBeforeHeading); i++)
            if (outline[i].IsHeading)
                return entry.Element.ClassName is { Length: > 0 }
                    || Letters(outline[i].Element.TextContent)
                        .StartsWith(Letters(id), StringComparison.OrdinalIgnoreCase);
        return false;
    }

    private static string Letters(string text) => string.Concat(text.Take(100).Where(char.IsLetterOrDigit));
}
