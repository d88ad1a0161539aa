using System.Diagnostics.CodeAnalysis;

namespace FunctionsCrawler.Urls;

/// <summary>A pattern that matches whole normalised URLs.</summary>
/// <remarks>
/// <c>**</c> matches any characters, <c>*</c> any characters but slashes; both may match nothing. All other characters match
/// themselves, case-sensitively. That includes <c>?</c>, which starts the query. A glob that begins with <c>/</c> is matched
/// against path and query only: <c>/docs/**</c> matches the folder "docs" of any host.
/// </remarks>
internal sealed class UrlGlob : IUrlPattern
{
    /// <summary>The maximum length of a glob, in characters.</summary>
    public const int MaxLength = 1024;

    // Globs are untrusted input, so matching must be linear: all partial matches are tracked at once, as the bits of a
    // number (R. Baeza-Yates, G. Gonnet: A new approach to text searching, 1992). Bit n means "the first n characters of
    // the glob, not counting stars, have matched". A star is a state that may stay unchanged.
    private readonly ulong[]?[] _advancesOn = new ulong[128][];
    private readonly ulong[] _staysOnSlash;
    private readonly ulong[] _staysOnOther;
    private readonly int _finalState;
    private readonly bool _pathOnly;

    private UrlGlob(string text)
    {
        Text = text;
        _pathOnly = text[0] == '/';
        _finalState = text.Count(c => c != '*');
        _staysOnSlash = new ulong[(_finalState / 64) + 1];
        _staysOnOther = new ulong[_staysOnSlash.Length];

        var state = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '*')
                Set(_advancesOn[text[i]] ??= new ulong[_staysOnSlash.Length], state++);
            else
            {
                Set(_staysOnOther, state);
                if (i > 0 && text[i - 1] == '*')
                    Set(_staysOnSlash, state);
            }
        }
    }

    /// <summary>The glob as the user wrote it.</summary>
    public string Text { get; }

    /// <summary>Parses a glob. A glob that cannot match any normalised URL is invalid.</summary>
    /// <param name="text">The text to parse.</param>
    /// <param name="glob">The glob, or null if the text is invalid.</param>
    /// <param name="fault">What is wrong, in one line for the user; null if the text is valid.</param>
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

    /// <summary>Whether the glob matches a normalised URL. Takes time linear in the length of the URL.</summary>
    public bool IsMatch(Uri url)
    {
        Span<ulong> states = stackalloc ulong[_staysOnSlash.Length];
        states[0] = 1;
        foreach (var c in _pathOnly ? url.PathAndQuery : url.AbsoluteUri)
            if (!Step(states, c))
                return false;
        return ((states[_finalState / 64] >> (_finalState % 64)) & 1) != 0;
    }

    /// <summary>Consumes one character; false if no partial match is left.</summary>
    private bool Step(Span<ulong> states, char c)
    {
        var advances = c < _advancesOn.Length ? _advancesOn[c] : null;
        var stays = c == '/' ? _staysOnSlash : _staysOnOther;
        ulong carry = 0;
        ulong alive = 0;
        for (var i = 0; i < states.Length; i++)
        {
            var advanced = advances is null ? 0 : states[i] & advances[i];
            states[i] = (states[i] & stays[i]) | (advanced << 1) | carry;
            carry = advanced >> 63;
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
