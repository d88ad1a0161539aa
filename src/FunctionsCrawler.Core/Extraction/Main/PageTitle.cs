using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction.Main;

/// <summary>Finds the element that shows the page's title.</summary>
internal static class PageTitle
{
    private const int MaxLength = 300;

    // In an article, or repeated in the title element.
    private const int Certain = 4;

    private static readonly string[] Separators = [" | ", " - ", " – ", " — ", " :: ", " · ", " » ", " « ", ": "];

    /// <summary>
    /// The h1 in the article, or a heading that the title element repeats; else any element whose whole text is a part of
    /// the title element's; else an h1. Null if there is none.
    /// </summary>
    public static OutlineEntry? Find(PageOutline outline, IDocument document)
    {
        var parts = PartsOf(PlainText.Collapse(document.Title ?? ""));
        OutlineEntry? best = null;
        var bestScore = 0;
        for (var i = 0; i < outline.Count; i++)
        {
            if (!outline[i].Is("h1") && !(outline[i].IsHeading && outline[i].IsInArticle))
                continue;
            var score = ScoreOf(outline[i], parts);
            if (score > bestScore)
                (best, bestScore) = (outline[i], score);
        }
        return bestScore >= Certain
            ? best
            : LastBeforeText(outline, parts, entry => entry.IsHeading)
                ?? LastBeforeText(outline, parts, entry => entry.Element.LocalName is not ("td" or "th" or "li"))
                ?? best;
    }

    private static int ScoreOf(OutlineEntry heading, List<string> parts)
    {
        var isRepeated = Shows(heading, parts);
        if (heading.Text == 0 || (!heading.Is("h1") && !isRepeated))
            return 0;
        // A site's logo is often an h1 that links to the home page. The site's name is a part of the title too, but mostly
        // the last.
        var isLogo = !heading.IsInArticle && heading.LinkDensity >= 0.9 && !Shows(heading, parts.Take(2));
        return isLogo ? 0 : (heading.IsInArticle ? 4 : 0) + (isRepeated ? 3 : 0) + (heading.Is("h1") ? 2 : 0);
    }

    // The name of the site may be a part of the title too, so the last one counts that most of the text follows.
    private static OutlineEntry? LastBeforeText(PageOutline outline, List<string> parts, Predicate<OutlineEntry> test)
    {
        OutlineEntry? found = null;
        var names = new NameWords();
        var before = 0;
        for (var i = 0; i < outline.Count && before * 2 < outline[0].Prose; i++)
        {
            var entry = outline[i];
            before += entry.OwnText;
            if (entry.Is("nav") || names.PurposeOf(entry.Element, usesId: false) == Purpose.Chrome)
            {
                i = entry.End - 1;
                before += entry.Prose - entry.OwnText;
            }
            else if (entry.LinkText == 0 && entry.OwnText * 2 >= entry.Text && test(entry) && Shows(entry, parts))
                found = entry;
        }
        return found;
    }

    // The lengths are compared first, so that few texts are collected.
    private static bool Shows(OutlineEntry entry, IEnumerable<string> parts)
    {
        foreach (var part in parts)
            if (
                entry.Text <= part.Length * 3
                && entry.Text * 2 >= part.Length
                && PlainText.Of(entry.Element).Equals(part, StringComparison.OrdinalIgnoreCase)
            )
                return true;
        return false;
    }

    private static List<string> PartsOf(string title)
    {
        if (title.Length is 0 or > MaxLength)
            return [];
        var parts = new List<string> { title };
        foreach (var separator in Separators)
        {
            var first = title.IndexOf(separator, StringComparison.Ordinal);
            if (first <= 0)
                continue;
            var last = title.LastIndexOf(separator, StringComparison.Ordinal);
            parts.Add(title[..first]);
            parts.Add(title[..last]);
            parts.Add(title[(first + separator.Length)..]);
            parts.Add(title[(last + separator.Length)..]);
        }
        return
        [
            .. parts
                .Select(part => part.Trim())
                .Where(part => part.Length > 1)
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
    }
}
