using System.Text;
using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Reads the text of small elements, at a bounded cost whatever they hold.</summary>
internal static class ShortText
{
    private const int MaxLength = 64;
    private const int MaxNodes = 64;

    /// <summary>The text of an element; null if it is long or has many nodes.</summary>
    public static string? Of(IElement element)
    {
        var text = new StringBuilder();
        var nodes = 0;
        return Append(element, text, ref nodes) ? text.ToString() : null;
    }

    private static bool Append(INode parent, StringBuilder text, ref int nodes)
    {
        var children = parent.ChildNodes;
        for (var i = 0; i < children.Length; i++)
        {
            if (++nodes > MaxNodes)
                return false;
            if (children[i] is IText data)
            {
                if (text.Length + data.Length > MaxLength)
                    return false;
                text.Append(data.Data);
            }
            else if (children[i] is IElement child && !Append(child, text, ref nodes))
                return false;
        }
        return true;
    }
}
