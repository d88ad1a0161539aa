using AngleSharp;
using AngleSharp.Dom;
using AngleSharp.Html;
using AngleSharp.Html.Dom;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// The markup inside an element, as AngleSharp's <see cref="IElement.InnerHtml"/> writes it, in linear time. AngleSharp goes
/// from each node to its next sibling, and finds it by a search of all children of the parent: on a page with 500,000
/// siblings, that takes half a minute.
/// </summary>
internal static class InnerHtml
{
    private static readonly IMarkupFormatter Formatter = HtmlMarkupFormatter.Instance;

    /// <summary>The markup of the content of <paramref name="element"/>.</summary>
    public static string Of(IElement element)
    {
        using var html = new StringWriter();
        WriteContent(html, element);
        return html.ToString();
    }

    private static void WriteContent(StringWriter html, IElement element)
    {
        var children = element is IHtmlTemplateElement template ? template.Content.ChildNodes : element.ChildNodes;
        for (var i = 0; i < children.Length; i++)
            Write(html, children[i]);
    }

    private static void Write(StringWriter html, INode node)
    {
        if (node is not IElement element)
        {
            node.ToHtml(html, Formatter);
            return;
        }
        var isSelfClosing = element.Flags.HasFlag(NodeFlags.SelfClosing);
        html.Write(Formatter.OpenTag(element, isSelfClosing));
        if (!isSelfClosing)
        {
            // The parser drops the first line break of pre and textarea, so a text that begins with one needs two.
            if (
                element.Flags.HasFlag(NodeFlags.LineTolerance)
                && element.FirstChild is IText text
                && text.Data.StartsWith('\n')
            )
                html.Write('\n');
            WriteContent(html, element);
        }
        html.Write(Formatter.CloseTag(element, isSelfClosing));
    }
}
