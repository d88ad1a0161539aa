using System.Text;
using System.Text.RegularExpressions;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>
/// The HTML of a page's body for people and programs that look for selectors in it: without what has no text, and short. It is
/// cut without parsing it, so that it costs next to nothing.
/// </summary>
internal static partial class SchemaHtml
{
    private const int MaxLength = 100_000;

    /// <summary>Shortens the HTML of a page.</summary>
    public static string Of(string html)
    {
        ArgumentNullException.ThrowIfNull(html);
        var body = html.IndexOf("<body", StringComparison.OrdinalIgnoreCase);
        var at = Math.Max(body, 0);
        var kept = new StringBuilder();
        while (kept.Length < MaxLength)
        {
            var next = Left().Match(html, at);
            kept.Append(html, at, (next.Success ? next.Index : html.Length) - at);
            if (!next.Success)
                break;
            var end = next.Value is "<!--" ? "-->" : $"</{next.Value[1..]}";
            var last = html.IndexOf(end, next.Index, StringComparison.OrdinalIgnoreCase);
            if (last < 0)
                break;
            at = html.IndexOf('>', last) + 1;
            if (at == 0)
                break;
        }
        return kept.Length > MaxLength ? kept.ToString(0, MaxLength) : kept.ToString();
    }

    [GeneratedRegex(
        "<!--|<(?:script|style|noscript|svg|template)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase,
        matchTimeoutMilliseconds: 5000
    )]
    private static partial Regex Left();
}
