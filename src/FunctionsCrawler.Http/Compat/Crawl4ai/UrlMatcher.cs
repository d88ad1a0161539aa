using System.Text.Json;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Decides for which of several URLs a configuration is.</summary>
internal sealed class UrlMatcher
{
    private const int MaxGlobs = 100;
    private const int MaxLength = 1024;

    private readonly Regex[] _patterns;
    private readonly bool _needsAll;

    private UrlMatcher(IEnumerable<string> globs, bool needsAll) =>
        (_patterns, _needsAll) = ([.. globs.Select(ToRegex)], needsAll);

    /// <summary>Matches every URL.</summary>
    public static UrlMatcher Any { get; } = new([], needsAll: true);

    /// <summary>Reads the fields of a configuration.</summary>
    public static UrlMatcher Read(FieldReader fields, RequestFindings findings)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(findings);
        if (fields.Value("url_matcher") is not { } matcher)
            return Any;
        string[] globs =
            matcher.ValueKind == JsonValueKind.String ? [matcher.GetString()!] : [.. fields.Texts("url_matcher")];
        if (globs.Length is > 0 and <= MaxGlobs && Array.TrueForAll(globs, glob => glob.Length <= MaxLength))
            return new UrlMatcher(
                globs,
                string.Equals(fields.Text("match_mode"), "and", StringComparison.OrdinalIgnoreCase)
            );
        findings.Refuse(
            fields.PathOf("url_matcher"),
            $"1 to {MaxGlobs} globs of up to {MaxLength} characters are allowed."
        );
        return Any;
    }

    /// <summary>Whether the configuration is for a URL.</summary>
    public bool Matches(string url) =>
        _needsAll
            ? Array.TrueForAll(_patterns, pattern => pattern.IsMatch(url))
            : Array.Exists(_patterns, pattern => pattern.IsMatch(url));

    // The engine does not backtrack, so that a glob of a client takes linear time.
    private static Regex ToRegex(string glob) =>
        new(
            $"^{Regex.Escape(glob).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}$",
            RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.Singleline
        );
}
