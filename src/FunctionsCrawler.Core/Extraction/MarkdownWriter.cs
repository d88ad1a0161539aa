using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Writes what a document shows as CommonMark with GitHub tables; this part walks the blocks.</summary>
internal sealed partial class MarkdownWriter(UrlResolver urls)
{
    private readonly MarkdownOutput _output = new();
    private Paragraph _paragraph = new();

    // Inside headings and cells everything goes on one line.
    private bool _isFlat;

    public string Write(IDocument document)
    {
        if (document.DocumentElement is { } root && !Visibility.IsHidden(root))
            Children(root, default);
        EndParagraph();
        return _output.ToString();
    }

    private void Children(INode parent, InlineStyle style)
    {
        // By index: enumerating allocates, and asking a node for its sibling searches its parent.
        var children = parent.ChildNodes;
        for (var i = 0; i < children.Length; i++)
            Node(children[i], style);
    }

    private void Node(INode node, InlineStyle style)
    {
        if (node is IText text)
            _paragraph.AddText(text.Data, style);
        else if (node is IElement element && !Visibility.IsHidden(element))
        {
            if (!ElementKinds.IsBlock(element))
                Inline(element, style);
            else if (_isFlat)
            {
                _paragraph.AddSpace(style);
                Children(element, style);
                _paragraph.AddSpace(style);
            }
            else
            {
                EndParagraph();
                Block(element, style with { Code = null });
                EndParagraph();
            }
        }
    }

    private void Block(IElement element, InlineStyle style)
    {
        if (ElementKinds.IsPreformatted(element))
        {
            CodeBlock(element);
            return;
        }
        switch (element.LocalName)
        {
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                Heading(element, style);
                break;
            case "blockquote":
                _output.Open("> ", "> ");
                Children(element, style);
                EndParagraph();
                _output.Close();
                break;
            case "hr":
                // "---" would be read with the "- " of a list item that starts with it.
                _output.Block("***");
                break;
            case "table":
                Table(element, style);
                break;
            case "dl":
                DefinitionList(element, style);
                break;
            default:
                if (ElementKinds.IsList(element))
                    List(element, style);
                else
                    Children(element, style);
                break;
        }
    }

    private void Heading(IElement element, InlineStyle style)
    {
        // A heading is strong by itself.
        var text = OneLine(element, style, TextPlace.Heading);
        if (text.Length > 0)
            _output.Block(new string('#', element.LocalName[1] - '0') + " " + text);
    }

    private void CodeBlock(IElement element)
    {
        var code = CodeText.Of(element);
        if (string.IsNullOrWhiteSpace(code))
            return;
        var fence = new string('`', Math.Max(3, Escaping.LongestRun(code, '`') + 1));
        _output.Block($"{fence}{CodeText.LanguageOf(element)}\n{code}\n{fence}");
    }

    private string OneLine(IElement element, InlineStyle style, TextPlace place)
    {
        var (outer, wasFlat) = (_paragraph, _isFlat);
        (_paragraph, _isFlat) = (new Paragraph(), true);
        Children(element, style);
        var text = _paragraph.IsVisible ? ParagraphRenderer.Render(_paragraph, place) : "";
        (_paragraph, _isFlat) = (outer, wasFlat);
        return text;
    }

    private void EndParagraph()
    {
        if (_isFlat)
            return;
        if (_paragraph.IsVisible)
            _output.Block(ParagraphRenderer.Render(_paragraph, TextPlace.Paragraph));
        _paragraph.Clear();
    }
}
