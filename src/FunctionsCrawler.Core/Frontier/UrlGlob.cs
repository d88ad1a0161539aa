using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.RegularExpressions;

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

    private readonly Regex _pattern;
    private readonly bool _pathOnly;

    private UrlGlob(string text)
    {
        Text = text;
        _pathOnly = text[0] == '/';
        // The text may come from anyone who can start a crawl: this engine's time is linear in the URL's length.
        _pattern = new Regex(
            ToRegex(text),
            RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline
        );
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
    public bool IsMatch(Uri url) => _pattern.IsMatch(_pathOnly ? url.PathAndQuery : url.AbsoluteUri);

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

    private static string ToRegex(string glob)
    {
        var regex = new StringBuilder(@"\A");
        for (var i = 0; i < glob.Length; )
        {
            var start = i;
            while (i < glob.Length && glob[i] == '*')
                i++;
            if (i > start)
                regex.Append(i - start == 1 ? "[^/]*" : ".*");
            else
                regex.Append(Regex.Escape(glob[i++].ToString()));
        }
        return regex.Append(@"\z").ToString();
    }
}
