using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction.Main;

/// <summary>
/// The main content of a page: what remains after the chrome around it is left out. See docs/main-content.md. Takes time and
/// memory linear in the number of elements.
/// </summary>
internal sealed class MainContent
{
    private readonly List<INode> _leftOut;
    private readonly List<IElement> _selfLinks;

    private MainContent(IElement root, List<INode> leftOut, List<IElement> selfLinks) =>
        (Root, _leftOut, _selfLinks) = (root, leftOut, selfLinks);

    /// <summary>The element that holds the main content.</summary>
    public IElement Root { get; }

    /// <summary>Finds the main content. Null if nothing could be told from it, so that it is the whole page.</summary>
    public static MainContent? Find(IDocument document)
    {
        if (document.Body is not { } body)
            return null;
        var outline = PageOutline.Of(body);
        if (outline.Count == 0)
            return null;
        var title = PageTitle.Find(outline, document);
        new Chrome(outline, title).LeaveOut();
        var root = new MainRoot(outline, title).Find();
        Trailer.LeaveOut(outline, root, title);
        if (root.Text == 0)
            return null;
        var leftOut = LooseFooter.Of(outline, root);
        var selfLinks = new List<IElement>();
        for (var i = root.Index; i < root.End; i++)
            if (outline[i].IsLeftOut)
            {
                leftOut.Add(outline[i].Element);
                i = outline[i].End - 1;
            }
            else if (IsSelfLink(outline[i]))
                selfLinks.Add(outline[i].Element);
        return root.Index == 0 && leftOut.Count == 0 ? null : new MainContent(root.Element, leftOut, selfLinks);
    }

    // mdBook and mandoc make each heading a link to itself.
    private static bool IsSelfLink(OutlineEntry entry) =>
        entry is { PageLinks: > 0, Parent.IsHeading: true } && entry.Is("a") && entry.Text == entry.Parent.Text;

    /// <summary>Writes the main content. No other code may read the document meanwhile.</summary>
    public string ToMarkdown(MarkdownWriter writer)
    {
        using (LeftOutMark.Set(_leftOut, _selfLinks))
            return writer.Write(Root);
    }

    /// <summary>Writes the main content as HTML. No other code may read the document meanwhile.</summary>
    public string ToHtml(CleanedHtmlWriter writer)
    {
        using (LeftOutMark.Set(_leftOut, _selfLinks))
            return writer.Write(Root);
    }
}
