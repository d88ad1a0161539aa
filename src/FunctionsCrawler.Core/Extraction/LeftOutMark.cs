using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Marks nodes that the next Markdown is written without. <see cref="Visibility.IsHidden"/> respects the mark, so that all
/// code that reads an element's content does. Also turns links into text. Disposing restores the document.
/// </summary>
internal sealed class LeftOutMark : IDisposable
{
    // The HTML parser puts no attribute into this namespace, so no document can contain the mark.
    private const string Namespace = "urn:functions-crawler";
    private const string Name = "left-out";

    private readonly List<IElement> _elements;
    private readonly List<(IText Node, string Text)> _texts;

    private readonly List<(IElement Link, string? Target)> _links;

    private LeftOutMark(List<INode> nodes, List<IElement> links)
    {
        _elements = [.. nodes.OfType<IElement>()];
        _texts = [.. nodes.OfType<IText>().Select(node => (node, node.Data))];
        _elements.ForEach(element => element.SetAttribute(Namespace, Name, ""));
        _links = [.. links.Select(link => (link, link.GetAttribute("href")))];
        links.ForEach(link => link.RemoveAttribute("href"));
        // Text has no attributes; it is emptied meanwhile.
        _texts.ForEach(text => text.Node.Data = "");
    }

    public static bool IsOn(IElement element) => element.Attributes.Length > 0 && element.HasAttribute(Namespace, Name);

    /// <param name="nodes">The elements and texts to leave out.</param>
    /// <param name="links">The links whose text is kept without the link.</param>
    public static LeftOutMark Set(List<INode> nodes, List<IElement> links) => new(nodes, links);

    public void Dispose()
    {
        _elements.ForEach(element => element.RemoveAttribute(Namespace, Name));
        _texts.ForEach(text => text.Node.Data = text.Text);
        _links.ForEach(link => link.Link.SetAttribute("href", link.Target));
    }
}
