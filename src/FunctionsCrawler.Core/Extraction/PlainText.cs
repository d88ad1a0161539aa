using System.Text;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Extracts the visible text of an element as one line, for titles and link texts.</summary>
internal static class PlainText
{
    public static string Of(IElement element)
    {
        var text = new StringBuilder();
        Append(element, text);
        return Collapse(text.ToString());
    }

    /// <summary>Collapses runs of ASCII white space to single spaces and trims. Keeps no-break spaces.</summary>
    public static string Collapse(string text)
    {
        var collapsed = new StringBuilder(text.Length);
        var space = false;
        foreach (var c in text)
        {
            if (IsSpace(c))
            {
                space = collapsed.Length > 0;
                continue;
            }
            if (space)
                collapsed.Append(' ');
            space = false;
            collapsed.Append(c);
        }
        return collapsed.ToString();
    }

    /// <summary>
    /// Drops soft hyphens, byte order marks, and zero-width spaces between Latin letters: they mark where a line may break, and
    /// would hide a word from a search. Zero-width spaces of scripts without spaces are kept, because they separate words.
    /// </summary>
    public static string WithoutInvisible(string text)
    {
        if (text.AsSpan().IndexOfAny('\u00ad', '\u200b', '\ufeff') < 0)
            return text;
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var isLatin = (i == 0 || text[i - 1] < '\u0250') && (i + 1 == text.Length || text[i + 1] < '\u0250');
            if (c is not ('\u00ad' or '\ufeff') && (c != '\u200b' || !isLatin))
                kept.Append(c);
        }
        return kept.ToString();
    }

    public static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f';

    private static void Append(IElement element, StringBuilder text)
    {
        var children = element.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is IText data)
            {
                text.Append(WithoutInvisible(data.Data));
                continue;
            }
            if (children[i] is not IElement child || Visibility.IsHidden(child))
                continue;
            var separates =
                ElementKinds.IsBlock(child) || string.Equals(child.LocalName, "br", StringComparison.Ordinal);
            if (separates)
                text.Append(' ');
            if (child.LocalName is "img")
                text.Append(child.GetAttribute("alt"));
            else if (child.LocalName is "math" or "script")
                text.Append(Formulas.Of(child)?.Tex);
            else
                Append(child, text);
            if (separates)
                text.Append(' ');
        }
    }
}
