using System.Net;
using System.Text;

namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>Reads the Markdown of a heading: its text without markup, and the id of the heading if a link shows it.</summary>
internal static class HeadingText
{
    // The deepest nesting of parentheses in a URL, as in CommonMark's reference implementation. Without it, each of a million
    // parentheses that are never closed would search the longest URL.
    private const int MaxParentheses = 32;

    // Texts of links that lead to the heading itself.
    private static readonly string[] LinkSigns = ["", "#", "¶", "§", "🔗", "⚓", "Link", "Permalink"];

    /// <summary>Reads a heading.</summary>
    /// <param name="source">Its Markdown without the leading number signs.</param>
    /// <param name="pageUrl">The URL of the page; null if unknown.</param>
    /// <param name="references">The references of the page; null if none are expected.</param>
    public static (string Text, string? Id) Read(string source, string? pageUrl, LinkReferences? references = null)
    {
        var text = new StringBuilder();
        string? id = null;
        var opened = new Stack<int>();
        for (var at = 0; at < source.Length; at++)
        {
            switch (source[at])
            {
                case '\\' when at + 1 < source.Length && IsPunctuation(source[at + 1]):
                    text.Append(source[++at]);
                    break;
                case '!' when at + 1 < source.Length && source[at + 1] == '[':
                    break;
                case '[':
                    opened.Push(text.Length);
                    break;
                case ']' when opened.TryPop(out var start):
                    if (FindTarget(source, at + 1, pageUrl, references) is not { } target)
                        break;
                    if (target.Fragment is { } own)
                    {
                        id ??= own;
                        if (IsSign(text.ToString(start, text.Length - start)))
                            text.Length = start;
                    }
                    at = target.End;
                    break;
                case '`' or '*':
                    break;
                case '_' when !IsInWord(source, at):
                    break;
                default:
                    text.Append(source[at]);
                    break;
            }
        }
        return (WebUtility.HtmlDecode(WithoutClosing(text.ToString())).Trim(), id);
    }

    private static bool IsSign(string text) => LinkSigns.Contains(text.Trim(), StringComparer.OrdinalIgnoreCase);

    private static bool IsPunctuation(char c) => char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c));

    // Where the target behind a link's text ends, and the fragment it has on the page itself; null if there is no target.
    private static (int End, string? Fragment)? FindTarget(
        string source,
        int at,
        string? pageUrl,
        LinkReferences? references
    )
    {
        if (FindLinkEnd(source, at) is { } end)
            return (end, MarkdownLinks.FragmentOf(source.AsSpan(at + 1, end - at - 1), pageUrl));
        if (references is null || at >= source.Length || source[at] != '[')
            return null;
        var number = LinkLabels.NumberAt(source.AsSpan(at + 1));
        return references.Defines(number) ? (source.IndexOf(']', at), references.FragmentOf(number)) : null;
    }

    // The closing parenthesis of a link whose opening one is at a position; null if there is none.
    private static int? FindLinkEnd(string source, int at)
    {
        if (at >= source.Length || source[at] != '(')
            return null;
        var depth = 0;
        var limit = Math.Min(source.Length, at + MarkdownLinks.MaxLength);
        for (; at < limit; at++)
        {
            if (source[at] == '\\')
                at++;
            else if (source[at] == '(' && ++depth > MaxParentheses)
                return null;
            else if (source[at] == ')' && --depth == 0)
                return at;
        }
        return null;
    }

    private static bool IsInWord(string source, int at) =>
        at > 0
        && at + 1 < source.Length
        && (char.IsLetterOrDigit(source[at - 1]) || source[at - 1] == '_')
        && (char.IsLetterOrDigit(source[at + 1]) || source[at + 1] == '_');

    // "## Title ##" is "Title".
    private static string WithoutClosing(string text)
    {
        var title = text.AsSpan().TrimEnd(" \t");
        var rest = title.TrimEnd('#');
        return rest.IsEmpty || (rest.Length < title.Length && rest[^1] is ' ' or '\t') ? rest.ToString() : text;
    }
}
