namespace FunctionsCrawler.Extraction.Main;

/// <summary>
/// Leaves out what many sites put below an article without naming it: one or two links to the neighbouring pages, and the
/// date of the last change. A rule with nothing below it goes too.
/// </summary>
internal static class Trailer
{
    private const double NearlyAllLinks = 0.8;
    private const int FewLinks = 2;
    private const int ShortText = 60;

    public static void LeaveOut(PageOutline outline, OutlineEntry root, OutlineEntry? title)
    {
        for (var last = outline.LastChild(root); last is not null; last = last.Previous)
        {
            if (last.IsLeftOut || last.Text == 0)
                continue;
            if (last.Contains(title) || !(IsPager(last) || IsDate(last)))
                break;
            last.LeaveOut();
        }
        LeaveOutRules(outline, root);
    }

    private static void LeaveOutRules(PageOutline outline, OutlineEntry root)
    {
        var last = outline.LastChild(root);
        while (last is not null && (last.IsLeftOut || last.Is("hr")))
        {
            if (!last.IsLeftOut)
                last.LeaveOut();
            last = last.Previous;
        }
        if (last is not null && last.Element.LocalName is "div" or "section" or "article")
            LeaveOutRules(outline, last);
    }

    // Paragraphs and lists are text of the article, also if they hold nothing but a link.
    private static bool IsPager(OutlineEntry entry) =>
        (entry.Is("div") || entry.Is("section"))
        && entry.Links is > 0 and <= FewLinks
        && entry.LinkDensity >= NearlyAllLinks
        && entry.Headings == 0
        && entry.Text <= ShortText * 2
        && entry.Element.QuerySelector("li, img") is null;

    private static bool IsDate(OutlineEntry entry) =>
        entry.Text <= ShortText
        && entry.Headings == 0
        && entry.Links == 0
        && entry.Element.QuerySelector("time") is not null;
}
