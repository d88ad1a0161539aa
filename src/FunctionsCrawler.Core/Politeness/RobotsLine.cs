using System.Text;

namespace FunctionsCrawler.Politeness;

/// <summary>A line of a robots.txt with a known name (RFC 9309 section 2.2).</summary>
/// <param name="Kind">The kind of the line, from its name.</param>
/// <param name="Value">The text after the colon, trimmed and without the comment.</param>
internal sealed record RobotsLine(RobotsLineKind Kind, string Value)
{
    /// <summary>
    /// The maximum length of a line in octets; the rest is ignored. Google's parser has the same limit: eight times the
    /// 2,083 characters that some browsers allow for a URL.
    /// </summary>
    public const int MaxOctets = (2083 * 8) - 1;

    // Names and typos that Google's parser accepts. Only the beginning of a name is compared.
    private static readonly (string Start, RobotsLineKind Kind)[] Names =
    [
        ("user-agent", RobotsLineKind.UserAgent),
        ("useragent", RobotsLineKind.UserAgent),
        ("user agent", RobotsLineKind.UserAgent),
        ("allow", RobotsLineKind.Allow),
        ("disallow", RobotsLineKind.Disallow),
        ("dissallow", RobotsLineKind.Disallow),
        ("dissalow", RobotsLineKind.Disallow),
        ("disalow", RobotsLineKind.Disallow),
        ("diasllow", RobotsLineKind.Disallow),
        ("disallaw", RobotsLineKind.Disallow),
        ("sitemap", RobotsLineKind.Sitemap),
        ("site-map", RobotsLineKind.Sitemap),
        ("crawl-delay", RobotsLineKind.CrawlDelay),
        ("crawldelay", RobotsLineKind.CrawlDelay),
    ];

    /// <summary>Splits a file into lines ending in CR, LF or CRLF, including empty ones. Long lines are cut.</summary>
    public static IEnumerable<string> Split(string text)
    {
        // Skip a byte order mark, or part of one, which was decoded to a replacement character.
        var start = text.StartsWith('\ufeff') || text.StartsWith('\ufffd') ? 1 : 0;
        while (true)
        {
            var length = text.AsSpan(start).IndexOfAny('\r', '\n');
            if (length < 0)
            {
                yield return Cut(text.AsSpan(start));
                yield break;
            }
            yield return Cut(text.AsSpan(start, length));
            start += length + (text.AsSpan(start + length).StartsWith("\r\n", StringComparison.Ordinal) ? 2 : 1);
        }
    }

    /// <summary>Parses a line; null if it is blank, malformed or has an unknown name.</summary>
    public static RobotsLine? Parse(string line)
    {
        var comment = line.IndexOf('#', StringComparison.Ordinal);
        var text = Trim(comment < 0 ? line : line.AsSpan(0, comment));
        var end = text.IndexOf(':');
        if (end < 0)
        {
            // Some authors forget the colon. Accept the line if it is exactly two words.
            end = text.IndexOfAny(' ', '\t');
            if (end < 0 || Trim(text[end..]).IndexOfAny(' ', '\t') >= 0)
                return null;
        }
        var name = Trim(text[..end]);
        foreach (var (start, kind) in Names)
            if (name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                return new RobotsLine(kind, Trim(text[(end + 1)..]).ToString());
        return null;
    }

    /// <summary>
    /// Returns the leading product token of a user-agent value (RFC 9309 section 2.2.1): "A-b" of "A-b/1.0 (x)".
    /// </summary>
    public static ReadOnlySpan<char> ProductTokenOf(ReadOnlySpan<char> value)
    {
        var length = 0;
        while (length < value.Length && (char.IsAsciiLetter(value[length]) || value[length] is '-' or '_'))
            length++;
        return value[..length];
    }

    // Only ASCII white space is trimmed; other white space is part of the value.
    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text) => text.Trim(" \t\v\f");

    private static string Cut(ReadOnlySpan<char> line)
    {
        if (line.Length <= MaxOctets / 3)
            return line.ToString();
        var octets = 0;
        var length = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            octets += rune.Utf8SequenceLength;
            if (octets > MaxOctets)
                break;
            length += rune.Utf16SequenceLength;
        }
        return line[..length].ToString();
    }
}

internal enum RobotsLineKind
{
    /// <summary>The crawler that the following rules apply to.</summary>
    UserAgent,

    /// <summary>A pattern of URLs that may be fetched.</summary>
    Allow,

    /// <summary>A pattern of URLs that may not be fetched.</summary>
    Disallow,

    /// <summary>Seconds between two requests. Not part of the RFC, but widely used.</summary>
    CrawlDelay,

    /// <summary>
    /// The URL of a sitemap. Applies to all crawlers, anywhere in the file (https://www.sitemaps.org/protocol.html).
    /// </summary>
    Sitemap,
}
