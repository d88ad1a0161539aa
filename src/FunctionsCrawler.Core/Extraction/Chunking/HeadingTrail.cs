using System.Text;

namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>Follows the headings of a document from its start to its end.</summary>
internal sealed class HeadingTrail
{
    private readonly IReadOnlyList<OutlineHeading> _headings;
    private readonly List<(string Text, string Anchor)> _names = [];
    private readonly Stack<int> _path = new();
    private int _next;

    /// <summary>Names the headings of a document.</summary>
    /// <param name="headings">The headings.</param>
    /// <param name="references">The references of the document.</param>
    /// <param name="pageUrl">The URL of the page, or null.</param>
    /// <param name="page">The Markdown of the page, whose links show ids of headings.</param>
    public HeadingTrail(IReadOnlyList<OutlineHeading> headings, LinkReferences references, string? pageUrl, string page)
    {
        _headings = headings;
        var links = pageUrl is null ? [] : MarkdownLinks.FindOwn(page, pageUrl);
        var slugs = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var heading in headings)
        {
            var (text, id) = HeadingText.Read(heading.Source, pageUrl, references);
            // Every heading counts, so that the next one with the same text gets the number that GitHub gives it.
            var slug = Number(Slug(text), slugs);
            // Of headings with the same text, each has its own id, in the same order.
            if (id is null && links.TryGetValue(text, out var linked) && linked.TryDequeue(out var next))
                id = next;
            _names.Add((text, id ?? slug));
        }
    }

    /// <summary>The texts of the headings that the position is under.</summary>
    public IReadOnlyList<string> Path => [.. _path.Reverse().Select(h => _names[h].Text)];

    /// <summary>The id of the innermost of them; null if there are none.</summary>
    public string? Anchor => _path.TryPeek(out var heading) ? _names[heading].Anchor : null;

    /// <summary>Moves on to a position. A heading that begins there counts.</summary>
    public void MoveTo(int at)
    {
        for (; _next < _headings.Count && _headings[_next].At <= at; _next++)
        {
            while (_path.TryPeek(out var above) && _headings[above].Level >= _headings[_next].Level)
                _path.Pop();
            _path.Push(_next);
        }
    }

    /// <summary>The id that GitHub makes of a heading: in lower case, hyphens for spaces, no punctuation.</summary>
    public static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (
                Rune.IsLetterOrDigit(rune)
                || rune.Value is '-' or '_'
                || Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.NonSpacingMark
            )
                slug.Append(Rune.ToLowerInvariant(rune).ToString());
            else if (rune.Value == ' ')
                slug.Append('-');
        }
        return slug.ToString();
    }

    // The second heading of a name gets "-1".
    private static string Number(string slug, Dictionary<string, int> taken)
    {
        var name = slug;
        while (!taken.TryAdd(name, 0))
            name = $"{slug}-{++taken[slug]}";
        return name;
    }
}
