using System.Text;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>The text of an element on one line, for titles and link texts.</summary>
internal static class PlainText
{
    public static string Of(IElement element)
    {
        var text = new StringBuilder();
        Append(element, text);
        return Collapse(text.ToString());
    }

    /// <summary>Collapses the white space of HTML (not no-break spaces) and trims.</summary>
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

    public static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f';

    private static void Append(IElement element, StringBuilder text)
    {
        var children = element.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is IText data)
            {
                text.Append(data.Data);
                continue;
            }
            if (children[i] is not IElement child || Visibility.IsHidden(child))
                continue;
            var apart = ElementKinds.IsBlock(child) || string.Equals(child.LocalName, "br", StringComparison.Ordinal);
            if (apart)
                text.Append(' ');
            if (string.Equals(child.LocalName, "img", StringComparison.Ordinal))
                text.Append(child.GetAttribute("alt"));
            else
                Append(child, text);
            if (apart)
                text.Append(' ');
        }
    }
}
