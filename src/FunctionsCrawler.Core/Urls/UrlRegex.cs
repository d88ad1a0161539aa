using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.Urls;

/// <summary>A regular expression that is searched for in normalised URLs, case-sensitively.</summary>
/// <remarks>
/// Users write it as <c>re:EXPRESSION</c>. An expression that begins with <c>^/</c> is searched for in path and query only,
/// like a glob that begins with a slash. <c>path:EXPRESSION</c> is searched for in the path alone, without the query. Expressions are untrusted input, so they run on the engine that does not backtrack,
/// which takes linear time and supports no look-arounds, back-references and atomic groups. Its automaton grows with counted
/// repetitions, so these are limited.
/// </remarks>
internal sealed partial class UrlRegex : IUrlPattern
{
    /// <summary>What a regular expression begins with in a list of globs.</summary>
    public const string Prefix = "re:";

    /// <summary>What a regular expression for paths begins with in a list of globs.</summary>
    public const string PathPrefix = "path:";

    /// <summary>The maximum length of an expression, in characters.</summary>
    public const int MaxLength = 1024;

    /// <summary>The maximum product of all repetition counts of an expression.</summary>
    public const int MaxRepetitions = 1000;

    private readonly Regex _regex;
    private readonly UriComponents _part;

    private UrlRegex(Regex regex, UriComponents part) => (_regex, _part) = (regex, part);

    /// <summary>Whether a pattern is a regular expression.</summary>
    public static bool IsRegex(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) || text.StartsWith(PathPrefix, StringComparison.Ordinal);

    /// <summary>Parses an expression with its prefix.</summary>
    /// <param name="text">The text to parse.</param>
    /// <param name="regex">The expression, or null if the text is invalid.</param>
    /// <param name="fault">What is wrong, in one line for the user; null if the text is valid.</param>
    public static bool TryParse(
        string text,
        [NotNullWhen(true)] out UrlRegex? regex,
        [NotNullWhen(false)] out string? fault
    )
    {
        ArgumentNullException.ThrowIfNull(text);
        var isForPath = text.StartsWith(PathPrefix, StringComparison.Ordinal);
        var expression = text[(isForPath ? PathPrefix : Prefix).Length..];
        var quoted = UrlText.Quote(expression);
        regex = null;
        fault = null;
        if (expression.Length is 0 or > MaxLength)
            fault =
                $"The regular expression {quoted} has {expression.Length} characters; 1 to {MaxLength} are allowed.";
        else if (CountRepetitions(expression) > MaxRepetitions)
            fault =
                $"The repetition counts of the regular expression {quoted} multiply to more than {MaxRepetitions}; use + or * instead.";
        if (fault is not null)
            return false;
        try
        {
            regex = new UrlRegex(
                new Regex(expression, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant),
                isForPath ? UriComponents.Path
                    : expression.StartsWith("^/", StringComparison.Ordinal) ? UriComponents.PathAndQuery
                    : UriComponents.AbsoluteUri
            );
            return true;
        }
        catch (RegexParseException e)
        {
            fault = $"The regular expression {quoted} is not valid: {e.Message}";
        }
        catch (NotSupportedException)
        {
            fault =
                $"The regular expression {quoted} uses look-around, a back-reference or an atomic group; these are not supported.";
        }
        return false;
    }

    /// <inheritdoc/>
    public bool IsMatch(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return _regex.IsMatch(
            _part switch
            {
                UriComponents.Path => url.AbsolutePath,
                UriComponents.PathAndQuery => url.PathAndQuery,
                _ => url.AbsoluteUri,
            }
        );
    }

    // An overestimate: counts of groups that are not nested are multiplied too.
    private static long CountRepetitions(string expression)
    {
        var product = 1L;
        foreach (Match match in Repetition().Matches(expression))
        {
            var most = match.Groups["most"] is { Length: > 0 } group ? group.Value : match.Groups["least"].Value;
            product *= long.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? Math.Max(1, count)
                : MaxRepetitions + 1;
            if (product > MaxRepetitions)
                break;
        }
        return product;
    }

    [GeneratedRegex(
        @"\{(?<least>[0-9]+)(,(?<most>[0-9]*))?\}",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex Repetition();
}
