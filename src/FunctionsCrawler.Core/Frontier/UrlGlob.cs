using System.Diagnostics.CodeAnalysis;

namespace FunctionsCrawler.Frontier;

/// <summary>A pattern over whole normalised URLs.</summary>
/// <remarks>
/// <c>**</c> is any run of characters, <c>*</c> any run without a slash; both may be empty. Everything else stands for
/// itself, in its case; so does <c>?</c>, for it begins the query. A glob that begins with <c>/</c> is compared with
/// path and query instead: <c>/docs/**</c> is the folder "docs" of any host.
/// </remarks>
internal sealed class UrlGlob
{
    /// <summary>The most characters of a glob.</summary>
    public const int MaxLength = 1024;

    // Whoever may start a crawl writes globs, so matching has a bound: all ways to match are followed at once, as the
    // bits of a number (R. Baeza-Yates, G. Gonnet: A new approach to text searching, 1992). Bit n stands for
    // "n characters of the glob, stars not counted, have been matched"; a star is a bit that may stay where it is.
    private readonly ulong[]?[] _movesOn = new ulong[128][];
    private readonly ulong[] _staysOnSlash;
    private readonly ulong[] _staysOnOther;
    private readonly int _last;
    private readonly bool _pathOnly;

    private UrlGlob(string text)
    {
        Text = text;
        _pathOnly = text[0] == '/';
        _last = text.Count(c => c != '*');
        _staysOnSlash = new ulong[(_last / 64) + 1];
        _staysOnOther = new ulong[_staysOnSlash.Length];

        var state = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '*')
                Set(_movesOn[text[i]] ??= new ulong[_staysOnSlash.Length], state++);
            else
            {
                Set(_staysOnOther, state);
                if (i > 0 && text[i - 1] == '*')
                    Set(_staysOnSlash, state);
            }
        }
    }

    /// <summary>The glob as it was written.</summary>
    public string Text { get; }

    /// <summary>Reads a glob.</summary>
    /// <param name="text">The glob.</param>
    /// <param name="glob">The glob, or null when there is a fault.</param>
    /// <param name="fault">One line for people. A glob that can match no URL is a fault.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out UrlGlob? glob,
        [NotNullWhen(false)] out string? fault
    )
    {
        fault = FindFault(text);
        glob = fault is null ? new UrlGlob(text) : null;
        return glob is not null;
    }

    /// <summary>Whether the glob matches a normalised URL.</summary>
    public bool IsMatch(Uri url)
    {
        Span<ulong> states = stackalloc ulong[_staysOnSlash.Length];
        states[0] = 1;
        foreach (var c in _pathOnly ? url.PathAndQuery : url.AbsoluteUri)
            if (!Step(states, c))
                return false;
        return ((states[_last / 64] >> (_last % 64)) & 1) != 0;
    }

    /// <summary>Reads one character; false when nothing can match any more.</summary>
    private bool Step(Span<ulong> states, char c)
    {
        var moves = c < _movesOn.Length ? _movesOn[c] : null;
        var stays = c == '/' ? _staysOnSlash : _staysOnOther;
        ulong carry = 0;
        ulong alive = 0;
        for (var i = 0; i < states.Length; i++)
        {
            var moved = moves is null ? 0 : states[i] & moves[i];
            states[i] = (states[i] & stays[i]) | (moved << 1) | carry;
            carry = moved >> 63;
            alive |= states[i];
        }
        return alive != 0;
    }

    private static void Set(ulong[] bits, int index) => bits[index / 64] |= 1UL << (index % 64);

    private static string? FindFault(string text)
    {
        var quoted = UrlText.Quote(text);
        if (text.Length is 0 or > MaxLength)
            return $"The glob {quoted} has {text.Length} characters; 1 to {MaxLength} are allowed.";
        if (text.Any(c => c is <= ' ' or >= '\x7f'))
            return $"The glob {quoted} can match no URL: spaces and characters beyond ASCII are percent-encoded in URLs.";
        if (text.Contains('#', StringComparison.Ordinal))
            return $"The glob {quoted} can match no URL: URLs are compared without their fragment.";

        var star = text.IndexOf('*', StringComparison.Ordinal);
        var start = star < 0 ? text : text[..star];
        return text[0] == '/' || CanBegin(start, "http://") || CanBegin(start, "https://")
            ? null
            : $"The glob {quoted} can match no URL: it must begin with **, /, http:// or https://.";
    }

    private static bool CanBegin(string start, string scheme) =>
        start.StartsWith(scheme, StringComparison.Ordinal) || scheme.StartsWith(start, StringComparison.Ordinal);
}
