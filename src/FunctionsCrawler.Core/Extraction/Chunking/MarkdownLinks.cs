using System.Buffers;

namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>Finds links of a page to its own headings. They show the ids that the page gives them.</summary>
internal static class MarkdownLinks
{
    /// <summary>Links that are longer are not read, so that the time stays linear.</summary>
    public const int MaxLength = 8192;

    private const int MaxText = 300;

    private static readonly SearchValues<char> Ends = SearchValues.Create(" >)\t\r\n");

    /// <summary>The fragment that the destination of a link has on its own page; null if it leads elsewhere.</summary>
    /// <param name="destination">The destination, possibly with a title.</param>
    /// <param name="pageUrl">The URL of the page; null if unknown.</param>
    public static string? FragmentOf(ReadOnlySpan<char> destination, string? pageUrl)
    {
        destination = destination.TrimStart(" <");
        var end = destination.IndexOfAny(Ends);
        if (end >= 0)
            destination = destination[..end];
        var mark = destination.IndexOf('#');
        if (mark < 0 || mark + 1 == destination.Length)
            return null;
        var page = destination[..mark];
        return page.IsEmpty || (pageUrl is not null && page.SequenceEqual(WithoutFragment(pageUrl)))
            ? Uri.UnescapeDataString(destination[(mark + 1)..].ToString())
            : null;
    }

    /// <summary>The fragments of the links to the page itself by their text, each once, in order.</summary>
    public static Dictionary<string, Queue<string>> FindOwn(string markdown, string pageUrl)
    {
        var found = new Dictionary<string, Queue<string>>(StringComparer.Ordinal);
        var fragments = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (textEnd, fragment) in InlineLinks(markdown, pageUrl).Concat(References(markdown, pageUrl)))
        {
            var open = markdown.LastIndexOf('[', textEnd - 1, Math.Min(MaxText, textEnd));
            if (open < 0)
                continue;
            var text = HeadingText.Read(markdown[(open + 1)..textEnd], null).Text;
            if (!fragments.Add(fragment))
                continue;
            if (!found.TryGetValue(text, out var sameText))
                found.Add(text, sameText = new Queue<string>());
            sameText.Enqueue(fragment);
        }
        return found;
    }

    // Where the text of each link to the page itself ends, and the fragment it leads to.
    private static IEnumerable<(int TextEnd, string Fragment)> InlineLinks(string markdown, string pageUrl)
    {
        var target = string.Concat(WithoutFragment(pageUrl), "#");
        for (
            var at = markdown.IndexOf(target, StringComparison.Ordinal);
            at >= 0;
            at = markdown.IndexOf(target, at + target.Length, StringComparison.Ordinal)
        )
        {
            var start = at > 0 && markdown[at - 1] == '<' ? at - 1 : at;
            if (start < 3 || markdown[start - 1] != '(' || markdown[start - 2] != ']')
                continue;
            var stop = markdown.AsSpan(at, Math.Min(MaxLength, markdown.Length - at)).IndexOfAny(Ends);
            if (stop >= 0 && FragmentOf(markdown.AsSpan(at, stop), pageUrl) is { } fragment)
                yield return (start - 2, fragment);
        }
    }

    private static IEnumerable<(int TextEnd, string Fragment)> References(string markdown, string pageUrl)
    {
        var references = LinkReferences.Of(markdown, pageUrl);
        // The first of each number, because many may lead to a long fragment.
        var read = new HashSet<int>();
        foreach (var (at, number) in references.All)
        {
            if (at < 2 || markdown[at - 1] != ']' || references.FragmentOf(number) is not { } fragment)
                continue;
            if (read.Add(number))
                yield return (at - 1, fragment);
        }
    }

    private static ReadOnlySpan<char> WithoutFragment(string url) =>
        url.IndexOf('#', StringComparison.Ordinal) is var mark and >= 0 ? url.AsSpan(0, mark) : url;
}
