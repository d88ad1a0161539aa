using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction.Main;

/// <summary>Finds the elements that authors mark as the main content (HTML, WAI-ARIA, schema.org).</summary>
internal static class Landmarks
{
    /// <summary>The only outermost main element; else the only article; else the only articleBody. Null if none is marked, or several are.</summary>
    public static OutlineEntry? First(PageOutline outline) =>
        Only(outline, IsMain) ?? Only(outline, IsArticle) ?? Only(outline, IsArticleBody);

    public static bool IsMain(OutlineEntry entry) => entry.Is("main") || entry.Role is "main";

    public static bool IsArticle(OutlineEntry entry) => entry.Is("article") || entry.Role is "article";

    /// <summary>The only outermost entry with text that a test accepts, within a part of the outline. Null if there are several.</summary>
    public static OutlineEntry? Only(PageOutline outline, Predicate<OutlineEntry> test, OutlineEntry? within = null)
    {
        OutlineEntry? found = null;
        var end = within?.End ?? outline.Count;
        for (var i = within is null ? 0 : within.Index + 1; i < end; i++)
        {
            if (outline[i].IsLeftOut)
                i = outline[i].End - 1;
            else if (outline[i].Text > 0 && test(outline[i]))
            {
                if (found is not null)
                    return null;
                found = outline[i];
                i = found.End - 1;
            }
        }
        return found;
    }

    private static bool IsArticleBody(OutlineEntry entry) =>
        entry.Element.GetAttribute("itemprop") is "articleBody" or "mainContentOfPage";
}
