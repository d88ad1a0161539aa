using System.Globalization;
using System.Text;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Cuts a file that holds many pages (llms-full.txt) at its headings of level 1. Together the sections are the whole text.
/// </summary>
internal static class TextSections
{
    /// <summary>Shorter sections are joined with the next one, because they are headings without a page.</summary>
    public const int MinLength = 200;

    /// <summary>The title of the only section of a text without headings.</summary>
    public const string WholeText = "Full Document";

    private const int MaxSlug = 80;

    /// <summary>Returns the sections; none if the text is empty.</summary>
    /// <param name="text">Markdown.</param>
    /// <param name="url">The URL of the file.</param>
    public static IReadOnlyList<PageSection> Cut(string text, string url)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(url);
        if (string.IsNullOrWhiteSpace(text))
            return [];
        List<int> starts = [0];
        foreach (var heading in HeadingsOf(text))
        {
            // What precedes the first heading, and sections that are too short, belong to the next one.
            if (heading - starts[^1] >= MinLength)
                starts.Add(heading);
        }
        // The last section has no next one.
        if (starts.Count > 1 && text.Length - starts[^1] < MinLength)
            starts.RemoveAt(starts.Count - 1);
        return
        [
            .. starts.Select(
                (start, i) => Section(text[start..(i + 1 < starts.Count ? starts[i + 1] : text.Length)], i, url)
            ),
        ];
    }

    private static PageSection Section(string markdown, int index, string url)
    {
        var headings = HeadingsOf(markdown);
        var title = headings.Count > 0 ? TitleAt(markdown, headings[0]) : WholeText;
        return new PageSection(
            string.Create(CultureInfo.InvariantCulture, $"{url}#section-{index}-{Slug(title)}"),
            title,
            markdown
        );
    }

    private static List<int> HeadingsOf(string text)
    {
        var headings = new List<int>();
        var fence = new CodeFence();
        for (var start = 0; start < text.Length; )
        {
            var feed = text.IndexOf('\n', start);
            var end = feed < 0 ? text.Length : feed + 1;
            var line = text.AsSpan(start..end).TrimEnd();
            if (!fence.IsCode(line) && line.StartsWith("# ") && line.Length > 2)
                headings.Add(start);
            start = end;
        }
        return headings;
    }

    private static string TitleAt(string text, int start)
    {
        var feed = text.IndexOf('\n', start);
        return text[start..(feed < 0 ? text.Length : feed)].Trim().TrimStart('#').Trim().TrimEnd('#').Trim();
    }

    private static string Slug(string title)
    {
        var slug = new StringBuilder();
        foreach (var c in title.ToLowerInvariant())
        {
            if (slug.Length >= MaxSlug)
                break;
            if (char.IsLetterOrDigit(c))
                slug.Append(c);
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }
        return Uri.EscapeDataString(slug.ToString().Trim('-'));
    }
}
