using System.Buffers;
using System.Globalization;
using System.Text;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// A pattern over paths and queries (RFC 9309 section 2.2.3): it matches where a URL begins with it, <c>*</c> is any run
/// of characters, and <c>$</c> at its end is the end of the URL.
/// </summary>
internal sealed class RobotsPattern
{
    // What RFC 3986 lets stand in a URL, without the two that mean something in patterns.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!&'()+,;=%"
    );

    // What lies between the stars.
    private readonly string[] _runs;
    private readonly bool _isWhole;

    public RobotsPattern(string text)
    {
        _isWhole = text.EndsWith('$');
        _runs = [.. (_isWhole ? text[..^1] : text).Split('*').Select(Encode)];
        Length = _runs.Sum(run => run.Length) + _runs.Length - 1 + (_isWhole ? 1 : 0);
    }

    /// <summary>Its octets in the spelling that is compared; the longest pattern that matches is the one that counts.</summary>
    public int Length { get; }

    /// <summary>Whether a path and query matches, both as <see cref="Encode"/> writes them.</summary>
    /// <remarks>
    /// Each run is taken where it first occurs: whatever matches at all matches so, and nothing is tried twice. At worst it
    /// takes the length of the pattern times the length of the target.
    /// </remarks>
    public bool Matches(ReadOnlySpan<char> target)
    {
        if (!target.StartsWith(_runs[0], StringComparison.Ordinal))
            return false;
        target = target[_runs[0].Length..];
        if (_runs.Length == 1)
            return !_isWhole || target.IsEmpty;

        var last = _isWhole ? _runs.Length - 1 : _runs.Length;
        foreach (var run in _runs.AsSpan(1, last - 1))
        {
            var start = target.IndexOf(run);
            if (start < 0)
                return false;
            target = target[(start + run.Length)..];
        }
        return !_isWhole || target.EndsWith(_runs[^1], StringComparison.Ordinal);
    }

    /// <summary>
    /// Brings literal text of a path and query into one spelling: percent-encoded characters that need no encoding are
    /// decoded, those that a URL cannot hold are encoded as UTF-8, and so are <c>*</c> and <c>$</c>. Reserved characters
    /// stay as they are: <c>%2F</c> is not <c>/</c>.
    /// </summary>
    public static string Encode(string text)
    {
        var normal = PercentEncoding.Normalize(text);
        if (!normal.AsSpan().ContainsAnyExcept(Plain))
            return normal;
        var encoded = new StringBuilder(normal.Length + 16);
        Span<byte> octets = stackalloc byte[4];
        foreach (var rune in normal.EnumerateRunes())
        {
            if (rune.IsAscii && Plain.Contains((char)rune.Value))
            {
                encoded.Append((char)rune.Value);
                continue;
            }
            foreach (var octet in octets[..rune.EncodeToUtf8(octets)])
                encoded.Append('%').Append(octet.ToString("X2", CultureInfo.InvariantCulture));
        }
        return encoded.ToString();
    }
}
