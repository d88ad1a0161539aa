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
            case "code" or "tt" or "samp":
                // Code inside code is one code.
                Children(element, style.Code is null ? style with { Code = new CodeSpan() } : style);
                break;
            default:
                // Markdown shows no style inside code.
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
        if (_isFlat)
            _paragraph.AddSpace(style);
        else if (_paragraph.EndsWithBreak)
            // Two in a row are how a paragraph was written before there was p.
            EndParagraph();
        else
            _paragraph.AddBreak(style);
    }

    private void Image(IElement element, InlineStyle style)
    {
        var alternative = element.GetAttribute("alt") ?? "";
        if (urls.Resolve(element.GetAttribute("src")) is { } source && UrlResolver.IsWeb(source))
            _paragraph.AddImage(alternative, source.AbsoluteUri, style);
        else
            // An embedded image is too long to repeat.
            _paragraph.AddText(alternative, style);
    }

    private LinkTarget? LinkOf(IElement anchor) =>
        urls.Resolve(anchor.GetAttribute("href")) is { } url
        && url.Scheme is "http" or "https" or "mailto" or "tel" or "ftp"
            ? new LinkTarget(url.AbsoluteUri)
            : null;
}
