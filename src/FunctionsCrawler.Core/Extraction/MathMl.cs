using System.Text;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Converts presentation MathML to TeX.</summary>
internal static class MathMl
{
    private const string Functions =
        " arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf limsup ln log max min Pr "
        + "sec sin sinh sup tan tanh ";

    // Infix operators, written with spaces around them.
    private const string Spaced = "=+-<>\u2260\u2264\u2265\u2248\u2261\u00b1\u00d7\u22c5\u2192\u21d2\u2208\u2212";

    private static readonly Dictionary<string, string> Large = new(StringComparer.Ordinal)
    {
        ["\u2211"] = @"\sum",
        ["\u220f"] = @"\prod",
        ["\u222b"] = @"\int",
    };

    private static readonly Dictionary<string, string> Accents = new(StringComparer.Ordinal)
    {
        ["^"] = @"\hat",
        ["\u02c6"] = @"\hat",
        ["~"] = @"\tilde",
        ["\u02dc"] = @"\tilde",
        ["\u00af"] = @"\overline",
        ["\u203e"] = @"\overline",
        ["_"] = @"\underline",
        ["\u2192"] = @"\vec",
        ["\u20d7"] = @"\vec",
        ["\u02d9"] = @"\dot",
        ["."] = @"\dot",
        ["\u00a8"] = @"\ddot",
        ["\u23de"] = @"\overbrace",
        ["\u23df"] = @"\underbrace",
    };

    /// <summary>The TeX of a math element.</summary>
    public static string ToTex(IElement math)
    {
        var tex = new StringBuilder();
        Children(math, tex);
        return tex.ToString();
    }

    private static void Children(INode parent, StringBuilder tex)
    {
        var children = parent.ChildNodes;
        // Longer ones are no formulas, so the rest does not matter.
        for (var i = 0; i < children.Length && tex.Length <= Formulas.MaxLength; i++)
        {
            if (children[i] is IText text)
                Escape(text.Data.Trim(), tex);
            else if (children[i] is IElement child)
                Element(child, tex);
        }
    }

    private static void Element(IElement element, StringBuilder tex)
    {
        var parts = element.Children;
        switch (element.LocalName)
        {
            case "mi":
                Identifier(element.TextContent.Trim(), tex);
                break;
            case "mo":
                Operator(element.TextContent.Trim(), tex);
                break;
            case "mtext" or "ms":
                tex.Append(@"\text{").Append(Escaped(element.TextContent)).Append('}');
                break;
            case "mfrac":
                Command(@"\frac", tex, Part(parts, 0), Part(parts, 1));
                break;
            case "msqrt":
                tex.Append(@"\sqrt{");
                Children(element, tex);
                tex.Append('}');
                break;
            case "mroot":
                tex.Append(@"\sqrt[");
                Append(Part(parts, 1), tex);
                tex.Append("]{");
                Append(Part(parts, 0), tex);
                tex.Append('}');
                break;
            case "msub" or "munder":
                WithScripts(tex, Part(parts, 0), Part(parts, 1), null);
                break;
            case "msup":
                WithScripts(tex, Part(parts, 0), null, Part(parts, 1));
                break;
            case "mover":
                Over(tex, Part(parts, 0), Part(parts, 1));
                break;
            case "msubsup" or "munderover" or "mmultiscripts":
                WithScripts(tex, Part(parts, 0), Part(parts, 1), Part(parts, 2));
                break;
            case "mfenced":
                Escape(element.GetAttribute("open") ?? "(", tex);
                Separated(parts, element.GetAttribute("separators") is "" ? "" : ",", tex);
                Escape(element.GetAttribute("close") ?? ")", tex);
                break;
            case "mtable":
                tex.Append(@"\begin{matrix}");
                Separated(parts, @" \\ ", tex);
                tex.Append(@"\end{matrix}");
                break;
            case "mtr" or "mlabeledtr":
                Separated(parts, " & ", tex);
                break;
            case "semantics" or "maction":
                Append(Part(parts, 0), tex);
                break;
            case "mspace":
                tex.Append(' ');
                break;
            case "mphantom" or "annotation" or "annotation-xml" or "script" or "style":
                break;
            default:
                Children(element, tex);
                break;
        }
    }

    private static void Append(IElement? element, StringBuilder tex)
    {
        if (element is not null)
            Element(element, tex);
    }

    private static IElement? Part(IHtmlCollection<IElement> parts, int index) =>
        index < parts.Length ? parts[index] : null;

    private static void Command(string name, StringBuilder tex, params IElement?[] arguments)
    {
        tex.Append(name);
        foreach (var argument in arguments)
        {
            tex.Append('{');
            Append(argument, tex);
            tex.Append('}');
        }
    }

    private static void WithScripts(StringBuilder tex, IElement? body, IElement? below, IElement? above)
    {
        Group(body, tex);
        if (below is not null)
            Group(below, tex.Append('_'));
        if (above is not null)
            Group(above, tex.Append('^'));
    }

    private static void Over(StringBuilder tex, IElement? body, IElement? above)
    {
        if (above is { LocalName: "mo" } && Accents.TryGetValue(above.TextContent.Trim(), out var accent))
            Command(accent, tex, body);
        else if (body is { LocalName: "mo" })
            WithScripts(tex, body, null, above);
        else
            Command(@"\overset", tex, above, body);
    }

    // Braces keep several signs together; one sign needs none.
    private static void Group(IElement? element, StringBuilder tex)
    {
        var isSingle = element is { LocalName: "mi" or "mn" or "mo", TextContent: var text } && text.Trim().Length == 1;
        if (!isSingle)
            tex.Append('{');
        Append(element, tex);
        if (!isSingle)
            tex.Append('}');
        else
            while (tex.Length > 0 && tex[^1] == ' ')
                tex.Length--;
    }

    private static void Separated(IHtmlCollection<IElement> parts, string separator, StringBuilder tex)
    {
        var isFirst = true;
        foreach (var part in parts)
        {
            if (!isFirst)
                tex.Append(separator);
            isFirst = false;
            Element(part, tex);
        }
    }

    private static void Identifier(string name, StringBuilder tex)
    {
        if (name.Length > 1 && Functions.Contains($" {name} ", StringComparison.Ordinal))
            tex.Append('\\').Append(name).Append(' ');
        else if (name.Length > 1 && name.All(char.IsAsciiLetter))
            tex.Append(@"\mathrm{").Append(name).Append('}');
        else
            Escape(name, tex);
    }

    private static void Operator(string sign, StringBuilder tex)
    {
        // Function application, invisible times, separator and plus.
        if (sign.Length == 1 && sign[0] is >= '\u2061' and <= '\u2064')
            tex.Append(' ');
        else if (sign.Length == 1 && Spaced.Contains(sign[0], StringComparison.Ordinal) && tex.Length > 0)
            tex.Append(' ').Append(sign[0] == '\u2212' ? '-' : sign[0]).Append(' ');
        else if (Large.TryGetValue(sign, out var name))
            tex.Append(name).Append(' ');
        else if (sign.Length > 1 && Functions.Contains($" {sign} ", StringComparison.Ordinal))
            tex.Append('\\').Append(sign).Append(' ');
        else
            Escape(sign, tex);
    }

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        Escape(text, escaped);
        return escaped.ToString();
    }

    private static void Escape(string text, StringBuilder tex)
    {
        foreach (var c in text)
            _ = c switch
            {
                '{' or '}' or '%' or '#' or '&' or '_' or '$' => tex.Append('\\').Append(c),
                '\\' => tex.Append(@"\backslash "),
                '^' => tex.Append(@"\hat{}"),
                '\u2212' => tex.Append('-'),
                '\u2062' or '\u2061' or '\u200b' => tex,
                _ => tex.Append(c),
            };
    }
}
