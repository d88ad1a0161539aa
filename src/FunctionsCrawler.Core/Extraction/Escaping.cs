using System.Buffers;
using System.Text;

namespace FunctionsCrawler.Extraction;

/// <summary>Where a text appears in Markdown, which determines the characters to escape.</summary>
[Flags]
internal enum TextPlace
{
    Paragraph = 0,
    Heading = 1,
    Cell = 2,
    Link = 4,
}

/// <summary>Escapes text that would otherwise be parsed as Markdown, with as few backslashes as possible.</summary>
internal static class Escaping
{
    /// <summary>
    /// Passed as the preceding character at the start of a paragraph; '\n' stands for the start of a later line and '\0' for
    /// markup.
    /// </summary>
    public const char ParagraphStart = '\r';

    // The ampersand and the longest name in HTML's table of character references, which has 33 characters.
    private const int MaxEntityLength = 34;

    private static readonly SearchValues<char> Unsafe = SearchValues.Create("()&\\| <>`");

    public static void AppendText(StringBuilder output, string text, TextPlace place, char before, char after)
    {
        var start = 0;
        if (before is ParagraphStart or '\n' && (place & (TextPlace.Heading | TextPlace.Cell)) == TextPlace.Paragraph)
            start = AppendLineStart(output, text, before, after);
        for (var i = start; i < text.Length; i++)
        {
            var c = text[i];
            var previous = i > 0 ? text[i - 1] : before;
            var next = i + 1 < text.Length ? text[i + 1] : after;
            if (c == '`' && next == '\0')
                // Directly before a code span, even an escaped backtick counts as part of the fence (CommonMark 6.1).
                output.Append("&#96;");
            else if (!char.IsLetterOrDigit(c) && c != ' ' && NeedsEscape(text, i, previous, after, place))
                output.Append('\\').Append(c);
            else
                output.Append(c);
        }
    }

    /// <summary>
    /// Writes plain text so that no markup, link or fence in it takes effect. The starts of lines stay as they are, so that a
    /// list in the text is a list in Markdown.
    /// </summary>
    public static string PlainText(string text)
    {
        var output = new StringBuilder(text.Length);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            AppendText(output, line.ToString(), TextPlace.Paragraph, ' ', ' ');
            output.Append('\n');
        }
        return output.Length == 0 ? "" : output.ToString(0, output.Length - 1);
    }

    public static void AppendCode(StringBuilder output, string code)
    {
        var fence = new string('`', LongestRun(code, '`') is var longest && longest == 0 ? 1 : longest + 1);
        // Parsers strip one space from each end if both ends have one (CommonMark 6.1).
        var needsPadding = code.StartsWith('`') || code.EndsWith('`') || (code.StartsWith(' ') && code.EndsWith(' '));
        var padding = needsPadding ? " " : "";
        output.Append(fence).Append(padding).Append(code).Append(padding).Append(fence);
    }

    /// <summary>Escapes a URL for use between the parentheses of a link.</summary>
    public static string Destination(string url)
    {
        if (url.AsSpan().IndexOfAny(Unsafe) < 0)
            return url;
        var escaped = new StringBuilder(url.Length + 8);
        for (var i = 0; i < url.Length; i++)
        {
            var c = url[i];
            if (c is '(' or ')' or '\\' or '|' or ' ' or '<' or '>' or '`')
                escaped.Append('%').Append(((int)c).ToString("X2"));
            else if (c == '&' && StartsEntity(url, i, ')'))
                escaped.Append("&amp;");
            else
                escaped.Append(c);
        }
        return escaped.ToString();
    }

    public static int LongestRun(ReadOnlySpan<char> text, char c)
    {
        int longest = 0,
            current = 0;
        foreach (var each in text)
        {
            current = each == c ? current + 1 : 0;
            longest = Math.Max(longest, current);
        }
        return longest;
    }

    private static bool NeedsEscape(string text, int index, char previous, char after, TextPlace place)
    {
        var next = index + 1 < text.Length ? text[index + 1] : after;
        switch (text[index])
        {
            case '`':
                return true;
            case '\\':
                return next is '\n' or '\0'
                    || (char.IsAscii(next) && (char.IsPunctuation(next) || char.IsSymbol(next)));
            case '*':
            case '~':
                return previous is not ' ' || next is not (' ' or '\n');
            case '_':
                return !IsInsideWord(text, index) && (previous is not ' ' || next is not (' ' or '\n'));
            case '<':
                return next is '/' or '!' or '?' or '\0' || char.IsAsciiLetter(next);
            case '&':
                return StartsEntity(text, index, after);
            case '!':
                return next is '\0';
            case '[':
                return (place & TextPlace.Link) != TextPlace.Paragraph || previous is ParagraphStart or '\n';
            case ']':
                return (place & TextPlace.Link) != TextPlace.Paragraph || next is '(' or '\0';
            case '|':
                return (place & TextPlace.Cell) != TextPlace.Paragraph;
            case '#':
                return (place & TextPlace.Heading) != TextPlace.Paragraph && next is '\n';
            default:
                return false;
        }
    }

    private static int AppendLineStart(StringBuilder output, string text, char before, char after)
    {
        var first = text[0];
        var next = text.Length > 1 ? text[1] : after;
        var escape = first switch
        {
            '>' => true,
            '-' => !char.IsLetterOrDigit(next),
            '+' => next is ' ' or '\n' or '\0',
            '#' => IsHeading(text),
            // Only special as a heading underline or as the second row of a table, so never on the first line.
            '=' or ':' or '|' => before == '\n',
            _ => false,
        };
        if (escape)
        {
            output.Append('\\').Append(first);
            return 1;
        }
        var digits = 0;
        while (digits < text.Length && char.IsAsciiDigit(text[digits]))
            digits++;
        if (digits is 0 or > 9 || digits == text.Length || text[digits] is not ('.' or ')'))
            return 0;
        if (digits + 1 < text.Length && text[digits + 1] != ' ')
            return 0;
        output.Append(text, 0, digits).Append('\\').Append(text[digits]);
        return digits + 1;
    }

    private static bool IsHeading(string text)
    {
        var level = 0;
        while (level < text.Length && text[level] == '#')
            level++;
        return level <= 6 && (level == text.Length || text[level] == ' ');
    }

    // Underscores between letters or digits are literal (CommonMark 6.2).
    private static bool IsInsideWord(string text, int index)
    {
        int left = index,
            right = index;
        // Stop after 8 underscores: longer runs are not part of a word, and scanning them would take quadratic time.
        while (left >= 0 && text[left] == '_' && index - left < 8)
            left--;
        while (right < text.Length && text[right] == '_' && right - index < 8)
            right++;
        return left >= 0
            && right < text.Length
            && char.IsLetterOrDigit(text[left])
            && char.IsLetterOrDigit(text[right]);
    }

    // An entity cut off at the end of the text may continue in the next run.
    private static bool StartsEntity(string text, int index, char after)
    {
        var end = Math.Min(text.Length, index + MaxEntityLength);
        for (var i = index + 1; i < end; i++)
        {
            if (text[i] == ';')
                return i > index + 1;
            if (!char.IsAsciiLetterOrDigit(text[i]) && !(text[i] == '#' && i == index + 1))
                return false;
        }
        return after == '\0' && end == text.Length;
    }
}
