using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using FunctionsCrawler.Extraction;
using Markdig;

namespace FunctionsCrawler.Core.Tests.Extraction;

/// <summary>
/// Reads the words of an HTML page by selectors, sharing nothing with the extractor, and those of its Markdown after another
/// implementation has rendered it.
/// </summary>
internal static partial class RoundTrip
{
    public static readonly Uri PageUrl = new("https://docs.example/guide/page.html");

    private const string NotRendered =
        "head, script, style, template, noscript, title, svg, iframe, object, embed, audio, video, canvas, noframes, "
        + "noembed, select, input, textarea, datalist, option, progress, meter, rp, annotation, annotation-xml, "
        + "dialog:not([open]), [hidden]";

    private const string Blocks =
        "address, article, aside, blockquote, br, caption, center, dd, details, dialog, dir, div, dl, dt, fieldset, "
        + "figcaption, figure, footer, form, h1, h2, h3, h4, h5, h6, header, hgroup, hr, legend, li, listing, main, menu, "
        + "nav, ol, p, pre, search, section, summary, table, tbody, td, tfoot, th, thead, tr, ul, xmp";

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseEmphasisExtras(Markdig.Extensions.EmphasisExtras.EmphasisExtraOptions.Strikethrough)
        .Build();

    private const RegexOptions Options =
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    public static string Markdown(string html) => HtmlExtractor.Extract(html, PageUrl).Markdown;

    public static IHtmlDocument Render(string markdown) =>
        new HtmlParser().ParseDocument(Markdig.Markdown.ToHtml(markdown, Pipeline));

    public static IReadOnlyList<string> WordsOfMarkdown(string markdown) => Words(Render(markdown));

    public static IReadOnlyList<string> WordsOfPage(string html)
    {
        var document = new HtmlParser(
            new HtmlParserOptions { MaximumDepth = HtmlExtractor.MaximumDepth }
        ).ParseDocument(html);
        foreach (var element in document.QuerySelectorAll(NotRendered))
            element.Remove();
        foreach (var element in document.QuerySelectorAll("[style]"))
            if (NoDisplay.IsMatch(element.GetAttribute("style")!))
                element.Remove();
        foreach (var anchor in document.QuerySelectorAll("a[href^='#'], a.headerlink[href]"))
            if (Permalink.IsMatch(anchor.TextContent) && anchor.QuerySelector("img") is null)
                anchor.Remove();
        foreach (var image in document.QuerySelectorAll("img[alt]:not([src]), img[alt][src^='data:']"))
            image.Replace(document.CreateTextNode(image.GetAttribute("alt")!));
        return Words(document);
    }

    public static void AssertHolds(string html) => Assert.Equal(WordsOfPage(html), WordsOfMarkdown(Markdown(html)));

    private static string[] Words(IDocument document)
    {
        foreach (var block in document.QuerySelectorAll(Blocks))
        {
            block.Before(document.CreateTextNode(" "));
            block.After(document.CreateTextNode(" "));
        }
        return document.DocumentElement.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    [GeneratedRegex(@"(^|;)\s*display\s*:\s*none\b", Options)]
    private static partial Regex NoDisplay { get; }

    [GeneratedRegex(@"^\s*(#|¶|§|∞|⚓[\ufe0e\ufe0f]?|🔗|\uf0c1|\u200b)?\s*$", Options)]
    private static partial Regex Permalink { get; }
}
