using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>Converts the visible content of a document to CommonMark with GitHub tables. This part handles blocks.</summary>
internal sealed partial class MarkdownWriter(UrlResolver urls, Citations? citations = null)
{
    private readonly MarkdownOutput _output = new();
    private Paragraph _paragraph = new();

    // Heading or Cell inside those, where all content goes on one line; otherwise Paragraph.
    private TextPlace _place;

    /// <summary>Writes what is visible inside an element.</summary>
    public string Write(IElement root)
    {
        _hasFormulas = Formulas.AreInText(root.Owner);
        _hasShadowRoots = root.Owner?.QuerySelector(ShadowRoots.Root) is not null;
        if (!Visibility.IsHidden(root))
            Children(root, default);
        EndParagraph();
        return citations?.Complete(_output.ToString()) ?? _output.ToString();
    }

    private void Children(INode parent, InlineStyle style)
    {
        if (_hasShadowRoots && ShadowRoots.Of(parent) is { } shadow)
        {
            Host(parent, shadow, style);
            return;
        }
        _depth++;
        // By index, because enumerating allocates and NextSibling searches the parent's children.
        var children = parent.ChildNodes;
        for (var i = 0; i < children.Length; i++)
            Node(children[i], style);
        _depth--;
    }

    private void Node(INode node, InlineStyle style)
    {
        if (node is IText text)
            Text(text.Data, style);
        else if (node is IElement element && !Visibility.IsHidden(element) && !CodeGutter.IsCell(element))
        {
            if (!ElementKinds.IsBlock(element))
                Inline(element, style);
            else if (_place == TextPlace.Cell)
                CellBlock(element, style);
            else if (_place == TextPlace.Heading)
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
                // Not "---", which would merge with the "- " of a list item that starts with it.
                _output.Block("***");
                break;
            case "table":
                Table(element, style);
                break;
            case "frame" or "iframe":
                Frame(element, style);
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
        _output.Block($"{fence}{CodeLanguage.Of(element)}\n{code}\n{fence}");
    }

    private string OneLine(IElement element, InlineStyle style, TextPlace place)
    {
        var (outer, outerPlace) = (_paragraph, _place);
        (_paragraph, _place) = (new Paragraph(), place);
        Children(element, style);
        var text = _paragraph.IsVisible ? ParagraphRenderer.Render(_paragraph, place, citations) : "";
        (_paragraph, _place) = (outer, outerPlace);
        return text;
    }

    private void EndParagraph()
    {
        if (_place != TextPlace.Paragraph)
            return;
        if (_paragraph.IsVisible)
            _output.Block(ParagraphRenderer.Render(_paragraph, TextPlace.Paragraph, citations));
        _paragraph.Clear();
    }
}
