using System.Text;

namespace FunctionsCrawler.Frontier;

/// <summary>A line of a robots.txt that says something (RFC 9309 section 2.2).</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Value">What stands behind the colon, without white space around it and without a comment.</param>
internal sealed record RobotsLine(RobotsLineKind Kind, string Value)
{
    /// <summary>The octets of a line that are read: no pattern is longer than some URLs. Google's parser has the same limit.</summary>
    public const int MaxOctets = (2083 * 8) - 1;

    // As Google's parser has them: a name is recognised by how it begins.
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

    /// <summary>The lines of a file, empty ones too. They end with CR, LF or both.</summary>
    public static IEnumerable<string> Split(string text)
    {
        // A byte order mark; or half of one, which decoding has made a replacement character of.
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

    /// <summary>Reads a line; null where it says nothing that is known here.</summary>
    public static RobotsLine? Parse(string line)
    {
        var comment = line.IndexOf('#', StringComparison.Ordinal);
        var said = Trim(comment < 0 ? line : line.AsSpan(0, comment));
        var end = said.IndexOf(':');
        if (end < 0)
        {
            // Some forget the colon. It is a rule where there are two words and no more.
            end = said.IndexOfAny(' ', '\t');
            if (end < 0 || Trim(said[end..]).IndexOfAny(' ', '\t') >= 0)
                return null;
        }
        var name = Trim(said[..end]);
        foreach (var (start, kind) in Names)
            if (name.StartsWith(start, StringComparison.OrdinalIgnoreCase))
                return new RobotsLine(kind, Trim(said[(end + 1)..]).ToString());
        return null;
    }

    /// <summary>The product token that a user-agent line begins with (RFC 9309 section 2.2.1): "A-b" of "A-b/1.0 (x)".</summary>
    public static ReadOnlySpan<char> ProductTokenOf(ReadOnlySpan<char> value)
    {
        var length = 0;
        while (length < value.Length && (char.IsAsciiLetter(value[length]) || value[length] is '-' or '_'))
            length++;
        return value[..length];
    }

    // White space beyond ASCII is part of a value.
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

/// <summary>What a line of a robots.txt says.</summary>
internal enum RobotsLineKind
{
    /// <summary>Whom the rules that follow are for.</summary>
    UserAgent,

    /// <summary>A pattern of URLs that may be fetched.</summary>
    Allow,

    /// <summary>A pattern of URLs that may not be fetched.</summary>
    Disallow,

    /// <summary>Seconds between two requests: no part of the RFC, but widely used.</summary>
    CrawlDelay,

    /// <summary>The URL of a sitemap, for everybody and anywhere in the file (https://www.sitemaps.org/protocol.html).</summary>
    Sitemap,
}
