using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction.Rendering;

/// <summary>How much text parts of a document show.</summary>
internal static class PageText
{
    /// <summary>The number of characters that an element shows, white space aside. Counting stops at the maximum.</summary>
    /// <param name="root">The element.</param>
    /// <param name="most">The maximum.</param>
    /// <param name="withFrame">Whether navigation, headers, footers and sidebars count.</param>
    public static int Length(IElement root, int most, bool withFrame)
    {
        var length = 0;
        foreach (var text in Texts(root, withFrame))
        {
            foreach (var c in text)
                if (!char.IsWhiteSpace(c))
                    length++;
            if (length >= most)
                return most;
        }
        return length;
    }

    /// <summary>Whether an element shows something without text: an image, a video, a form field.</summary>
    public static bool HasMedia(IElement element) =>
        element.QuerySelector("img, svg, canvas, video, audio, iframe, object, embed, input, textarea, select")
            is not null;

    // The texts below an element that are shown, in document order.
    private static IEnumerable<string> Texts(IElement root, bool withFrame)
    {
        // With an index for each level: to find the next sibling of a node, AngleSharp searches all children of its parent.
        var open = new Stack<(INodeList Children, int Next)>();
        open.Push((root.ChildNodes, 0));
        while (open.TryPop(out var level))
        {
            if (level.Next == level.Children.Length)
                continue;
            open.Push((level.Children, level.Next + 1));
            var node = level.Children[level.Next];
            if (node is IText text)
                yield return text.Data;
            else if (node is IElement element && !Visibility.IsHidden(element) && (withFrame || !IsFrame(element)))
                open.Push((element.ChildNodes, 0));
        }
    }

    private static bool IsFrame(IElement element) =>
        element.LocalName is "nav" or "header" or "footer" or "aside"
        || element.GetAttribute("role") is "navigation" or "banner" or "contentinfo" or "complementary";
}
