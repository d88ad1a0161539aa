using System.Text.Json;

namespace FunctionsCrawler.Scraping.Adaptive;

/// <summary>Decides whether rendering added content to a page.</summary>
internal static class ContentComparison
{
    // A clock, a counter or the date of the last update may differ, but on a short page a few words may be all there is.
    private const int MinorWords = 5;
    private const double MinorShareOfShort = 0.1;
    private const int MinorLinks = 2;

    // Of all words or links. Less is a notice or a suggestion.
    private const double MinorShare = 0.02;

    /// <summary>Whether a page as rendered has content that it does not have as the server sent it.</summary>
    public static bool Adds(ScrapedPage sent, ScrapedPage rendered)
    {
        if (rendered.Record.Error is not null)
            return false;
        if (sent.Record.Error is not null)
            return true;
        if (string.IsNullOrEmpty(sent.Record.Title) && !string.IsNullOrEmpty(rendered.Record.Title))
            return true;
        var addedWords = CountAdded(Words(sent), Words(rendered), out var words);
        if (Matters(addedWords, words, Math.Min(MinorWords, MinorShareOfShort * words)))
            return true;
        var added = CountAdded(
            sent.Outlinks.Select(link => link.Url),
            rendered.Outlinks.Select(link => link.Url),
            out var links
        );
        return Matters(added, links, MinorLinks) || HasMoreData(sent.Record.Data, rendered.Record.Data);
    }

    private static bool Matters(int added, int all, double minor) => added > Math.Max(minor, MinorShare * all);

    private static bool HasMoreData(JsonElement? sent, JsonElement? rendered) =>
        rendered is { } after && sent is { } before && after.GetRawText().Length > before.GetRawText().Length;

    private static int CountAdded(IEnumerable<string> before, IEnumerable<string> after, out int all)
    {
        var known = before.CountBy(text => text, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        var added = all = 0;
        foreach (var text in after)
        {
            all++;
            if (known.TryGetValue(text, out var count) && count > 0)
                known[text] = count - 1;
            else
                added++;
        }
        return added;
    }

    private static IEnumerable<string> Words(ScrapedPage page) =>
        (page.Content ?? "")
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Any(char.IsLetterOrDigit));
}
