using System.Buffers;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Extraction;

/// <summary>Finds the links of text and Markdown: inline links, autolinks and bare URLs. Takes linear time.</summary>
internal sealed class MarkdownLinks
{
    private const string Punctuation = ".,;:!?'*_";

    private static readonly SearchValues<char> UrlEnd = SearchValues.Create(" \t\"<>`|");

    private readonly Uri _baseUrl;
    private readonly int _maxLinks;
    private readonly List<PageLink> _links = [];
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    // Whether a target is a link. Resolving one takes ten microseconds, and a file may repeat it a million times.
    private readonly Dictionary<string, bool> _targets = new(StringComparer.Ordinal);
    private int _lines;
    private int _linesWithLink;

    private MarkdownLinks(Uri baseUrl, int maxLinks) => (_baseUrl, _maxLinks) = (baseUrl, maxLinks);

    /// <summary>The links to other http and https URLs, each once, in their order.</summary>
    public IReadOnlyList<PageLink> Links => _links;

    /// <summary>Whether there are more links than were asked for.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Whether the text is a list of links: it has at least three, on at least half of its lines with text.</summary>
    /// <remarks>Headings, block quotes and code do not count: an llms.txt begins with a heading and a summary.</remarks>
    public bool IsList => _links.Count >= 3 && _linesWithLink * 2 >= _lines;

    /// <summary>Reads a text.</summary>
    /// <param name="text">Plain text or Markdown.</param>
    /// <param name="baseUrl">The URL of the text; relative links are resolved against it.</param>
    /// <param name="maxLinks">The maximum number of links.</param>
    public static MarkdownLinks Read(string text, Uri baseUrl, int maxLinks)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(baseUrl);
        var links = new MarkdownLinks(baseUrl, maxLinks);
        var fence = new CodeFence();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var isCode = fence.IsCode(line);
            var content = line.Trim();
            if (isCode || content.Length == 0)
                continue;
            var found = links.ReadLine(content);
            if (content[0] is '#' or '>')
                continue;
            links._lines++;
            links._linesWithLink += found ? 1 : 0;
        }
        return links;
    }

    // Each search continues where the last one ended, so that a long line takes linear time.
    private bool ReadLine(ReadOnlySpan<char> line)
    {
        var (found, position, label) = (false, 0, 0);
        var (bracket, secure, plain) = (-1, -1, -1);
        while (position < line.Length)
        {
            bracket = Next(line, "](", position, bracket);
            secure = Next(line, "https://", position, secure);
            plain = Next(line, "http://", position, plain);
            var scheme = Math.Min(secure, plain);
            if (bracket == line.Length && scheme == line.Length)
                return found;
            if (bracket < scheme)
            {
                var text = line[label..bracket];
                var start = bracket + 2;
                var end = start + EndOfTarget(line[start..]);
                found |= TryAdd(TargetOf(line[start..end]), text[(text.LastIndexOf('[') + 1)..]);
                position = end + 1;
                label = Math.Min(position, line.Length);
            }
            else
            {
                var rest = line[scheme..];
                var length = rest.IndexOfAny(UrlEnd);
                var url = TrimSentence(length < 0 ? rest : rest[..length]);
                found |= TryAdd(url, "");
                position = scheme + Math.Max(url.Length, "http://".Length);
            }
        }
        return found;
    }

    // Where a text occurs at or after a position; the end of the line if nowhere.
    private static int Next(ReadOnlySpan<char> line, string text, int position, int last)
    {
        if (last >= position)
            return last;
        var found = line[position..].IndexOf(text, StringComparison.Ordinal);
        return found < 0 ? line.Length : position + found;
    }

    // The closing parenthesis of a link's target, which may contain balanced ones.
    private static int EndOfTarget(ReadOnlySpan<char> rest)
    {
        var open = 0;
        for (var i = 0; i < rest.Length; i++)
        {
            if (rest[i] == '(')
                open++;
            else if (rest[i] == ')' && open-- == 0)
                return i;
        }
        return rest.Length;
    }

    // The target without its title.
    private static ReadOnlySpan<char> TargetOf(ReadOnlySpan<char> inside)
    {
        inside = inside.Trim();
        if (inside.StartsWith("<"))
            return inside.IndexOf('>') is > 0 and var close ? inside[1..close] : inside[1..];
        var space = inside.IndexOfAny(' ', '\t');
        return space < 0 ? inside : inside[..space];
    }

    // Punctuation after a bare URL belongs to the sentence; so does a parenthesis that was opened before the URL.
    private static ReadOnlySpan<char> TrimSentence(ReadOnlySpan<char> url)
    {
        url = url.TrimEnd(Punctuation);
        var unopened = url.Count(')') - url.Count('(');
        while (unopened > 0 && url.EndsWith(")"))
        {
            url = url[..^1].TrimEnd(Punctuation);
            unopened--;
        }
        return url;
    }

    private bool TryAdd(ReadOnlySpan<char> target, ReadOnlySpan<char> label)
    {
        if (target.Length == 0)
            return false;
        // No more links are taken, so it does not matter where this one leads.
        if (HasMore)
            return true;
        var known = _targets.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!known.TryGetValue(target, out var isLink))
            known[target] = isLink = TryAddNew(target.ToString(), label);
        return isLink;
    }

    private bool TryAddNew(string target, ReadOnlySpan<char> label)
    {
        if (!UrlNormalizer.TryResolve(_baseUrl, target, dropTrackingParameters: false, out var url, out _))
            return false;
        if (!_seen.Add(url))
            return true;
        if (_links.Count == _maxLinks)
        {
            HasMore = true;
            return true;
        }
        var isInternal = string.Equals(new Uri(url).IdnHost, _baseUrl.IdnHost, StringComparison.OrdinalIgnoreCase);
        _links.Add(new PageLink(url, PlainText.Collapse(label.ToString()), isInternal));
        return true;
    }
}
