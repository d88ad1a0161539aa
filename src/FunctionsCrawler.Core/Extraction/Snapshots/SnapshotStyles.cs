using System.Text;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.Extraction.Snapshots;

/// <summary>Replaces the URLs in style sheets.</summary>
internal static partial class SnapshotStyles
{
    /// <summary>Replaces each URL that can be inlined. Others stay, and load nothing where the document's policy forbids it.</summary>
    /// <param name="css">A style sheet, or the declarations of a style attribute.</param>
    /// <param name="inline">Returns the data URL for a URL; null to leave it.</param>
    public static string Write(string css, Func<string, string?> inline)
    {
        var result = new StringBuilder(css.Length);
        var copied = 0;
        foreach (var match in Urls().EnumerateMatches(css))
        {
            var text = css.AsSpan(match.Index, match.Length);
            var isImport = text[0] == '@';
            var url = UrlIn(text);
            if (
                url.Length == 0
                || url.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
                || inline(url) is not { } data
            )
                continue;
            result.Append(css, copied, match.Index - copied);
            result.Append(isImport ? "@import " : "").Append("url(\"").Append(data).Append("\")");
            copied = match.Index + match.Length;
        }
        return result.Append(css, copied, css.Length - copied).ToString();
    }

    // From 'url("a")', 'url(a)' and '@import "a"'.
    private static string UrlIn(ReadOnlySpan<char> text)
    {
        var start = text.IndexOfAny('(', '"', '\'');
        var url = text[(start + 1)..];
        if (text[start] == '(')
            url = url[..^1];
        url = url.Trim().Trim("\"'");
        return Escape().Replace(url.ToString(), "${character}");
    }

    // Linear: quantifiers never compete for a character.
    [GeneratedRegex(
        """url\(\s*(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^"'()\s]+)\s*\)|@import\s+(?:"[^"]*"|'[^']*')""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline
    )]
    private static partial Regex Urls();

    [GeneratedRegex("""\\(?<character>["'()\\])""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Escape();
}
