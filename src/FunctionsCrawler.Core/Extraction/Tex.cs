using System.Text;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Writes TeX between dollar signs so that readers with and without support for formulas agree where it ends: signs that
/// Markdown could take for its own are respelled in ways that mean the same in TeX.
/// </summary>
internal static class Tex
{
    private const string Wrapper = @"{\displaystyle ";

    /// <summary>The source on one line, without signs that Markdown would act on. Empty if nothing is left.</summary>
    public static string Sanitize(string source)
    {
        var tex = PlainText.Collapse(WithoutComments(source));
        if (tex.StartsWith(Wrapper, StringComparison.Ordinal) && tex.EndsWith('}'))
            tex = tex[Wrapper.Length..^1].Trim();
        var safe = new StringBuilder(tex.Length + 16);
        var isInDollars = false;
        for (var i = 0; i < tex.Length; i++)
        {
            var c = tex[i];
            var next = i + 1 < tex.Length ? tex[i + 1] : '\0';
            if (c == '\\')
            {
                // A lone backslash at the end would escape the closing dollar sign.
                if (next != '\0')
                    safe.Append(c).Append(next);
                i++;
            }
            else if (c == '$')
            {
                safe.Append(isInDollars ? @"\)" : @"\(");
                isInDollars = !isInDollars;
            }
            else
                Append(safe, c, next);
        }
        return safe.ToString().Trim();
    }

    /// <summary>The same for the cell of a table, which a bar would end.</summary>
    public static string ForCell(string tex)
    {
        if (!tex.Contains('|', StringComparison.Ordinal))
            return tex;
        var safe = new StringBuilder(tex.Length + 16);
        for (var i = 0; i < tex.Length; i++)
        {
            if (tex[i] == '|')
                Command(safe, @"\vert", i + 1 < tex.Length ? tex[i + 1] : ' ');
            else if (tex[i] != '\\' || i + 1 == tex.Length)
                safe.Append(tex[i]);
            else if (tex[++i] == '|')
                Command(safe, @"\Vert", i + 1 < tex.Length ? tex[i + 1] : ' ');
            else
                safe.Append('\\').Append(tex[i]);
        }
        return safe.ToString();
    }

    // Spaces mean nothing in formulas, so they can separate what would be markup together.
    private static void Append(StringBuilder safe, char c, char next)
    {
        var before = safe.Length > 0 ? safe[^1] : '$';
        switch (c)
        {
            case '`':
                safe.Append('\u2018');
                break;
            case '~':
                safe.Append(@"\ ");
                break;
            case '*' when before != ' ' || next != ' ':
                Command(safe, @"\ast", next);
                break;
            case '<' when char.IsAsciiLetter(next) || next is '/' or '!' or '?' or '\\':
            case '&' when char.IsAsciiLetter(next) || next == '#':
            case ']' when next is '(' or '[':
            case '_' when next != ' ' && !char.IsLetterOrDigit(before):
                safe.Append(c).Append(' ');
                break;
            default:
                safe.Append(c);
                break;
        }
    }

    // A letter behind the name would become part of it.
    private static void Command(StringBuilder safe, string name, char next) =>
        safe.Append(name).Append(char.IsAsciiLetter(next) ? " " : "");

    private static string WithoutComments(string source)
    {
        if (!source.Contains('%', StringComparison.Ordinal))
            return source;
        var kept = new StringBuilder(source.Length);
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] == '\\' && i + 1 < source.Length)
                kept.Append(source[i++]).Append(source[i]);
            else if (source[i] != '%')
                kept.Append(source[i]);
            else
                while (i + 1 < source.Length && source[i + 1] != '\n')
                    i++;
        }
        return kept.ToString();
    }
}
