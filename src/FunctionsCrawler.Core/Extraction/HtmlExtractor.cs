using AngleSharp;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using AngleSharp.Html.Parser.Tokens;
using AngleSharp.Text;

namespace FunctionsCrawler.Extraction;

/// <summary>Reads an HTML document as a person would see it, without running its scripts or loading anything.</summary>
public static class HtmlExtractor
{
    // Deeper elements become siblings, their text kept. Bounds the recursion of everything that walks the tree;
    // browsers cap at 512, and 256 leaves room on the 512 KB stacks some hosts give their threads.
    internal const int MaximumDepth = 256;

    /// <summary>Extracts Markdown, links and metadata; never throws for any HTML within the limit. Safe to call from many threads.</summary>
    /// <param name="html">The decoded document.</param>
    /// <param name="pageUrl">The absolute URL the document was finally read from (after redirects); a base element may override it for resolving.</param>
    /// <param name="maxElements">The most elements the document may have.</param>
    /// <param name="maxLinks">How many links are taken.</param>
    /// <exception cref="TooManyElementsException">It has more.</exception>
    public static ExtractedPage Extract(
        string html,
        Uri pageUrl,
        int maxElements = int.MaxValue,
        int maxLinks = int.MaxValue
    )
    {
        ArgumentNullException.ThrowIfNull(html);
        ArgumentNullException.ThrowIfNull(pageUrl);

        // The default configuration has no loader and no script engine.
        using var context = BrowsingContext.New(Configuration.Default);
        using var document = Parse(html, maxElements, context);
        var urls = new UrlResolver(document, pageUrl);
        var metadata = new MetadataReader(document);
        var (links, more) = LinkCollector.Collect(document, pageUrl, urls, maxLinks);
        return new ExtractedPage
        {
            Title = metadata.Title(),
            Description = metadata.Description(),
            Language = metadata.Language(),
            Markdown = new MarkdownWriter(urls).Write(document),
            Links = links,
            HasMoreLinks = more,
            Metadata = metadata.Read(urls),
            NamedMeta = metadata.Named(),
        };
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
            // Before they are all there: they take some hundred bytes each.
            OnCreated = (_, _) =>
            {
                if (++elements > maxElements)
                    throw new TooManyElementsException(maxElements);
            },
        };
    }
}
