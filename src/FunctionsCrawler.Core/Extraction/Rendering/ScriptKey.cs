using System.Globalization;
using System.IO.Hashing;
using System.Text;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction.Rendering;

/// <summary>
/// Identifies the program of a page, without the data that differs from page to page: its scripts, and the empty elements that
/// they may fill.
/// </summary>
internal static class ScriptKey
{
    // Longer inline scripts hold data, which follows the code that assigns it.
    private const int MaxInline = 256;
    private const int MaxEmpty = 100;

    /// <summary>Whether an element is a script that browsers run. JSON, import maps and templates are not.</summary>
    public static bool IsProgram(IElement element) =>
        element.LocalName is "script"
        && (element.GetAttribute("type") ?? "").Trim().ToLowerInvariant()
            is ""
                or "module"
                or "text/javascript"
                or "application/javascript"
                or "application/x-javascript"
                or "text/ecmascript"
                or "application/ecmascript"
        && (element.HasAttribute("src") || !string.IsNullOrWhiteSpace(element.TextContent));

    /// <summary>Returns 16 hexadecimal digits.</summary>
    /// <param name="body">The body of the page.</param>
    /// <param name="scripts">The scripts that browsers run, in document order.</param>
    public static string Of(IElement body, IEnumerable<IElement> scripts)
    {
        var hash = new XxHash64();
        foreach (var script in scripts)
        {
            var text = script.GetAttribute("src") is { } source ? WithoutQuery(source) : Skeleton(script.TextContent);
            hash.Append(Encoding.UTF8.GetBytes(text + '\n'));
        }
        foreach (var name in EmptyElements(body).Distinct(StringComparer.Ordinal).Take(MaxEmpty))
            hash.Append(Encoding.UTF8.GetBytes(name + '\n'));
        return hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);
    }

    // Generic code may fill an element on some pages only: what it is called with is among the strings that do not count.
    private static IEnumerable<string> EmptyElements(IElement body) =>
        from element in body.QuerySelectorAll("div, section, article, main, table, tbody, ul, ol, dl")
        where !element.HasChildNodes
        let data = element
            .Attributes.Where(a => a.Name.StartsWith("data-", StringComparison.Ordinal))
            .Select(a => a.Name)
        let id = string.Concat((element.Id ?? "").Where(c => !char.IsAsciiDigit(c)))
        where id.Length > 0 || data.Any()
        select $"{element.LocalName} {id} {string.Join(' ', data)}";

    // The path without the folders above it: pages in other folders name the same file by another relative path.
    private static string WithoutQuery(string source)
    {
        var end = source.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? source : source[..end];
        return path.Contains("//", StringComparison.Ordinal) ? path : path.TrimStart('.', '/');
    }

    // Without strings, numbers and white space.
    private static string Skeleton(string script)
    {
        var skeleton = new StringBuilder();
        for (var i = 0; i < script.Length && skeleton.Length < MaxInline; i++)
        {
            var c = script[i];
            if (c is '"' or '\'' or '`')
            {
                var end = script.IndexOf(c, i + 1);
                skeleton.Append('"');
                i = end < 0 ? script.Length : end;
            }
            else if (!char.IsWhiteSpace(c) && !char.IsAsciiDigit(c))
            {
                skeleton.Append(c);
            }
        }
        return skeleton.ToString();
    }
}
