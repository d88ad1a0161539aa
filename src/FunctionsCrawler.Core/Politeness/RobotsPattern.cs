using System.Buffers;
using System.Globalization;
using System.Text;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Politeness;

/// <summary>
/// A pattern for the path and query of a URL (RFC 9309 section 2.2.3). It matches a prefix; <c>*</c> matches any characters,
/// and a trailing <c>$</c> the end of the URL.
/// </summary>
internal sealed class RobotsPattern
{
    // The characters that RFC 3986 allows in a URL, except "*" and "$", which are special in patterns.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/?#[]@!&'()+,;=%"
    );

    // The literal text between the stars.
    private readonly string[] _literals;
    private readonly bool _matchesToEnd;

    public RobotsPattern(string text)
    {
        _matchesToEnd = text.EndsWith('$');
        _literals = [.. (_matchesToEnd ? text[..^1] : text).Split('*').Select(Encode)];
        Length = _literals.Sum(literal => literal.Length) + _literals.Length - 1 + (_matchesToEnd ? 1 : 0);
    }

    /// <summary>The number of octets of the encoded pattern. Of all matching patterns, the longest one decides.</summary>
    public int Length { get; }

    /// <summary>Whether the pattern matches a path and query encoded by <see cref="Encode"/>.</summary>
    /// <remarks>
    /// Takes each literal at its first occurrence, which suffices and needs no backtracking. The worst case is the length of
    /// the pattern times the length of the target.
    /// </remarks>
    public bool Matches(ReadOnlySpan<char> target)
    {
        if (!target.StartsWith(_literals[0], StringComparison.Ordinal))
            return false;
        target = target[_literals[0].Length..];
        if (_literals.Length == 1)
            return !_matchesToEnd || target.IsEmpty;

        var last = _matchesToEnd ? _literals.Length - 1 : _literals.Length;
        foreach (var literal in _literals.AsSpan(1, last - 1))
        {
            var start = target.IndexOf(literal);
            if (start < 0)
                return false;
            target = target[(start + literal.Length)..];
        }
        return !_matchesToEnd || target.EndsWith(_literals[^1], StringComparison.Ordinal);
    }

    /// <summary>
    /// Normalises the percent-encoding of a path and query: decodes characters that need no encoding, and encodes as UTF-8
    /// the characters not allowed in a URL as well as <c>*</c> and <c>$</c>. Reserved characters stay as they are:
    /// <c>%2F</c> is not <c>/</c>.
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
