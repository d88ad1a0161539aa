using AngleSharp.Dom;

namespace FunctionsCrawler.Extraction;

internal sealed partial class MarkdownWriter
{
    private void Inline(IElement element, InlineStyle style)
    {
        switch (element.LocalName)
        {
            case "br":
                LineBreak(style);
                break;
            case "img":
                Image(element, style);
                break;
            case "a":
                Children(element, style with { Link = LinkOf(element) ?? style.Link });
                break;
            case "code" or "tt" or "samp" or "kbd":
                // Nested code elements become one code span.
                Children(element, style.Code is null ? style with { Code = new CodeSpan() } : style);
                break;
            case "math" or "script":
                Formula(element, style);
                break;
            case "sup" or "sub":
                Script(element, style);
                break;
            case "q":
                Quotation(element, style);
                break;
            case "rt":
                Reading(element, style);
                break;
            case "abbr" or "acronym":
                Abbreviation(element, style);
                break;
            case "slot":
                Slot(element, style);
                break;
            case "input":
                Control(element, style);
                break;
            default:
                // A code span cannot contain emphasis.
                var emphasis = style.Code is null ? EmphasisOf(element) : Emphasis.None;
                Children(element, style with { Emphasis = style.Emphasis | emphasis });
                break;
        }
    }

    private static Emphasis EmphasisOf(IElement element) =>
        element.LocalName switch
        {
            "strong" or "b" => Emphasis.Strong,
            "em" or "i" or "cite" or "dfn" or "var" => Emphasis.Stress,
            "del" or "s" or "strike" => Emphasis.Deleted,
            _ => Emphasis.None,
        };

    private void LineBreak(InlineStyle style)
    {
        if (_place == TextPlace.Heading)
            _paragraph.AddSpace(style);
        else if (_place == TextPlace.Paragraph && _paragraph.EndsWithBreak)
            // Two breaks in a row separate paragraphs.
            EndParagraph();
        else
            _paragraph.AddBreak(style);
    }

    private void Image(IElement element, InlineStyle style)
    {
        var alternative = element.GetAttribute("alt") ?? "";
        if (Formulas.OfImage(element) is { } formula)
            _paragraph.AddFormula(formula, style);
        else if (urls.Resolve(element.GetAttribute("src")) is { } source && UrlResolver.IsWeb(source))
            _paragraph.AddImage(alternative, source.AbsoluteUri, style);
        else
            // A data: URL is too long to include, so write the alt text only.
            _paragraph.AddText(alternative, style);
    }

    private LinkTarget? LinkOf(IElement anchor) =>
        urls.Resolve(anchor.GetAttribute("href")) is { } url
        && url.Scheme is "http" or "https" or "mailto" or "tel" or "ftp"
            ? new LinkTarget(url.AbsoluteUri)
            : null;

    // The content of another document: what srcdoc holds, and a link to what the page embeds under a title of its own.
    private void Frame(IElement element, InlineStyle style)
    {
        if (element.Children.FirstOrDefault(child => child.LocalName is EmbeddedDocuments.Root) is { } root)
        {
            Children(root, style);
            return;
        }
        var title = PlainText.Collapse(element.GetAttribute("title") ?? "");
        if (title.Length == 0 && element.LocalName is "frame")
            title = PlainText.Collapse(element.GetAttribute("name") ?? element.GetAttribute("src") ?? "");
        if (
            title.Length == 0
            || urls.Resolve(element.GetAttribute("src")) is not { } source
            || !UrlResolver.IsWeb(source)
        )
            return;
        _paragraph.AddText(title, style with { Link = new LinkTarget(source.AbsoluteUri) });
    }
}
