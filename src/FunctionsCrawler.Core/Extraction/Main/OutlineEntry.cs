using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction.Main;

/// <summary>An element of a <see cref="PageOutline"/>. The counts are those of its whole subtree unless they say otherwise.</summary>
internal sealed class OutlineEntry(IElement element, int index, OutlineEntry? parent)
{
    public IElement Element { get; } = element;

    /// <summary>The position in the outline. Its subtree is from here to before <see cref="End"/>.</summary>
    public int Index { get; } = index;

    public int End { get; set; }

    public OutlineEntry? Parent { get; } = parent;

    /// <summary>The visible sibling element before it.</summary>
    public OutlineEntry? Previous { get; set; }

    public OutlineEntry? Next { get; set; }

    /// <summary>Characters other than white space; see <see cref="PageOutline"/> for their weight.</summary>
    public int Text { get; set; }

    /// <summary>Characters in links.</summary>
    public int LinkText { get; set; }

    /// <summary>Characters outside links of the element's own text nodes, without those of its descendants.</summary>
    public int OwnText { get; set; }

    /// <summary>Links, and those of them that lead to another place of the same page.</summary>
    public int Links { get; set; }

    public int PageLinks { get; set; }

    public int Buttons { get; set; }

    public int FormControls { get; set; }

    public int Headings { get; set; }

    /// <summary>Paragraphs, line breaks and tables.</summary>
    public int Breaks { get; set; }

    /// <summary>Question marks.</summary>
    public int Questions { get; set; }

    /// <summary>Whether it was found to be no part of the main content, with all it contains.</summary>
    public bool IsLeftOut { get; private set; }

    /// <summary>Whether it is, or is in, an element that holds an article: main, article, or one with that role.</summary>
    public bool IsInArticle { get; } = parent is { IsInArticle: true } || IsArticle(element);

    public string? Role { get; } = element.GetAttribute("role");

    /// <summary>Characters outside links.</summary>
    public int Prose => Text - LinkText;

    public bool IsHeading => Element.LocalName is "h1" or "h2" or "h3" or "h4" or "h5" or "h6";

    /// <summary>Whether it is a link; an anchor without a target only marks a place.</summary>
    public bool IsLink { get; } = element.LocalName is "a" && element.HasAttribute("href");

    public double LinkDensity => Text == 0 ? 0 : (double)LinkText / Text;

    public bool Is(string name) => string.Equals(Element.LocalName, name, StringComparison.Ordinal);

    public bool Contains(OutlineEntry? other) => other is not null && other.Index >= Index && other.Index < End;

    public void Include(OutlineEntry child) => Count(child, 1);

    /// <summary>Leaves it out of the main content; from then on its ancestors do not count it.</summary>
    public void LeaveOut()
    {
        IsLeftOut = true;
        // The parser limits the number of ancestors.
        for (var ancestor = Parent; ancestor is not null; ancestor = ancestor.Parent)
            ancestor.Count(this, -1);
    }

    private void Count(OutlineEntry other, int sign)
    {
        Text += sign * other.Text;
        LinkText += sign * other.LinkText;
        Links += sign * other.Links;
        PageLinks += sign * other.PageLinks;
        Buttons += sign * other.Buttons;
        FormControls += sign * other.FormControls;
        Headings += sign * other.Headings;
        Breaks += sign * other.Breaks;
        Questions += sign * other.Questions;
    }

    private static bool IsArticle(IElement element) =>
        element.LocalName is "main" or "article" || element.GetAttribute("role") is "main" or "article";
}
