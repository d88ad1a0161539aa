using AngleSharp;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Extraction;

/// <summary>
/// Extracts the visible content of an HTML document. Runs no scripts and loads nothing, so visibility is decided from the
/// markup alone.
/// </summary>
internal static class HtmlExtractor
{
    // Elements nested deeper become siblings; their text is kept. This bounds the recursion of all code that walks the tree.
    // Browsers nest up to 512; 256 is safe on the 512 KB stacks that some hosts give their threads.
    internal const int MaximumDepth = 256;

    /// <summary>
    /// Extracts Markdown, links and metadata. Accepts any text, however malformed, up to <paramref name="maxElements"/>.
    /// Thread-safe.
    /// </summary>
    /// <param name="html">The decoded document.</param>
    /// <param name="pageUrl">
    /// The absolute URL of the document, after redirects. Relative URLs are resolved against it unless there is a base element.
    /// </param>
    /// <param name="maxElements">The maximum number of elements. Default: unlimited.</param>
    /// <param name="maxLinks">
    /// The maximum number of links returned; <see cref="ExtractedPage.HasMoreLinks"/> tells if there are more. Default:
    /// unlimited.
    /// </param>
    /// <param name="mainContent">Whether <see cref="ExtractedPage.MainMarkdown"/> is written as well.</param>
    /// <exception cref="TooManyElementsException">
    /// The document has more than <paramref name="maxElements"/> elements.
    /// </exception>
    public static ExtractedPage Extract(
        string html,
        Uri pageUrl,
        int maxElements = int.MaxValue,
        int maxLinks = int.MaxValue,
        bool mainContent = false
    )
    {
        PageFormat[] formats = [PageFormat.Markdown, PageFormat.Links, PageFormat.Metadata];
        var plan = new ExtractionPlan(new PageFormats(mainContent ? [.. formats, PageFormat.MainMarkdown] : formats));
        return Extract(html, pageUrl, plan, maxElements, maxLinks);
    }

    /// <summary>Extracts what a plan asks for.</summary>
    /// <inheritdoc cref="Extract(string, Uri, int, int, bool)"/>
    public static ExtractedPage Extract(
        string html,
        Uri pageUrl,
        ExtractionPlan plan,
        int maxElements = int.MaxValue,
        int maxLinks = int.MaxValue
    )
    {
        ArgumentNullException.ThrowIfNull(html);
        ArgumentNullException.ThrowIfNull(pageUrl);
        ArgumentNullException.ThrowIfNull(plan);

        // The default configuration has no loader and no script engine.
        using var context = BrowsingContext.New(Configuration.Default);
        using var document = Parse(EmbeddedDocuments.Rename(ShadowRoots.Rename(html)), maxElements, context);
        DocumentPreparation.Apply(document, inner => ParseInner(inner, maxElements, context));
        return new DocumentExtraction(document, pageUrl, plan, maxLinks).Run();
    }

    private static IHtmlDocument? ParseInner(string html, int maxElements, IBrowsingContext context)
    {
        try
        {
            return new HtmlParser(Options(maxElements, NestingLimit.Watch(html)), context).ParseDocument(html);
        }
        catch (Exception e) when (e is TooDeepException or TooManyElementsException)
        {
            return null;
        }
    }

    private static IHtmlDocument Parse(string html, int maxElements, IBrowsingContext context)
    {
        try
        {
            return new HtmlParser(Options(maxElements, NestingLimit.Watch(html)), context).ParseDocument(html);
        }
        catch (TooDeepException)
        {
            html = NestingLimit.Cut(html, new HtmlParser(Options(maxElements, null), context));
            return new HtmlParser(Options(maxElements, null), context).ParseDocument(html);
        }
    }

    private static HtmlParserOptions Options(int maxElements, Action<HtmlToken, TextRange>? onToken)
    {
        var elements = 0;
        return new HtmlParserOptions
        {
            MaximumDepth = MaximumDepth,
            DisableElementPositionTracking = true,
            SkipComments = true,
            OnToken = onToken,
            // Checked while parsing, because each element takes a few hundred bytes.
            OnCreated = (_, _) =>
            {
                if (++elements > maxElements)
                    throw new TooManyElementsException(maxElements);
            },
        };
    }
}
