using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Extraction.Relevance;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Politeness;

namespace FunctionsCrawler.Scraping;

/// <summary>Extracts the requested formats of a page and applies its robots directives.</summary>
/// <param name="limits">The maximum number of elements and links per page.</param>
/// <param name="plan">What is extracted into the record.</param>
/// <param name="respectRobots">Whether to obey robots meta elements and X-Robots-Tag.</param>
internal sealed class PageReader(PageLimits limits, ExtractionPlan plan, bool respectRobots) : IContentReader
{
    /// <inheritdoc/>
    public ScrapedPage Read(PageRecord record, PageTarget target, FetchResult response)
    {
        try
        {
            var page = MediaTypes.IsMarkup(response.ContentType)
                ? ReadHtml(record, response)
                : ReadText(record, response);
            return target.Kind == LinkKind.Listed ? page with { Outlinks = [] } : page;
        }
        catch (TooManyElementsException e)
        {
            return new ScrapedPage(
                record with
                {
                    Error = record.Error ?? new PageError(ErrorCode.TooLarge, e.Message),
                }
            );
        }
    }

    private ScrapedPage ReadHtml(PageRecord record, FetchResult response)
    {
        var text = response.Text ?? "";
        var page = HtmlExtractor.Extract(
            response.ContentType is MediaTypes.Xhtml ? Xhtml.ToHtml(text) ?? text : text,
            new Uri(record.FinalUrl ?? record.Url),
            plan,
            limits.MaxNodes,
            limits.MaxLinks
        );
        var directives = RobotsDirectives.Strictest(
            RobotsDirectives.FromHeaders(response.RobotsTags, CrawlerIdentity.ProductToken),
            RobotsDirectives.FromMeta(page.NamedMeta, CrawlerIdentity.ProductToken)
        );
        var content = WithMarkdown(record, page.Markdown) with
        {
            Title = page.Title,
            Description = page.Description,
            Language = page.Language,
            Author = page.Author,
            Published = page.Published,
            Modified = page.Modified,
            MainMarkdown = page.MainMarkdown,
            Fingerprint = FingerprintOf(page.MainMarkdown),
            RelevantMarkdown = page.RelevantMarkdown,
            CleanedHtml = page.CleanedHtml,
            MainHtml = page.MainHtml,
            Text = page.Text,
            Data = page.Data,
            Images = page.Images,
            Tables = page.Tables,
            Html = plan.Formats.Has(PageFormat.Html) ? response.Text : null,
            Links = plan.Formats.Has(PageFormat.Links) ? page.Links : [],
            HasMoreLinks = page.HasMoreLinks ? true : null,
            Warnings = page.Warnings is [] ? record.Warnings : [.. record.Warnings ?? [], .. page.Warnings],
            Metadata = plan.Formats.Has(PageFormat.Metadata) ? page.Metadata : null,
        };
        return ApplyDirectives(directives, record, content, page.Outlinks) with
        {
            Signs = page.Signs,
            Content = plan.ReadsSigns ? page.MainMarkdown ?? page.Markdown : null,
            DeclaredCanonical = page.Canonical,
            DeclaredSitemaps = page.Sitemaps,
        };
    }

    private ScrapedPage ReadText(PageRecord record, FetchResult response)
    {
        var directives = RobotsDirectives.FromHeaders(response.RobotsTags, CrawlerIdentity.ProductToken);
        var text = response.Text ?? "";
        List<PageWarning> warnings = [];
        if (string.IsNullOrWhiteSpace(text))
            warnings.Add(new PageWarning(PageWarningCode.EmptyPage, "The page has no visible text."));
        if (plan.Schema is not null)
            warnings.Add(
                new PageWarning(PageWarningCode.NoData, "The page is plain text, which has no elements to select.")
            );
        var main = plan.Formats.Has(PageFormat.MainMarkdown) ? text : null;
        var content = WithMarkdown(record, text) with
        {
            MainMarkdown = main,
            Fingerprint = FingerprintOf(main),
            Text = plan.Formats.Has(PageFormat.Text) ? text : null,
            RelevantMarkdown = plan.Query is { } query ? RelevantBlocks.Select(text, query) : null,
            Data = plan.Schema is null ? null : JsonElement.Parse("[]"),
            Images = plan.Formats.Has(PageFormat.Images) ? [] : null,
            Tables = plan.Formats.Has(PageFormat.Tables) ? [] : null,
            Warnings = warnings is [] ? null : warnings,
        };
        return ApplyDirectives(directives, record, content, []);
    }

    // With noindex the record keeps only what it had before the content was read, so that no format can be forgotten. The
    // links are still followed, unless nofollow is set too.
    private ScrapedPage ApplyDirectives(
        RobotsDirectives directives,
        PageRecord response,
        PageRecord content,
        IReadOnlyList<PageLink> links
    )
    {
        var record =
            respectRobots && directives.NoIndex
                ? response with
                {
                    Error =
                        response.Error ?? new PageError(ErrorCode.Robots, "the page has the robots directive noindex"),
                }
                : content;
        if (respectRobots && directives.NoFollow)
            return new ScrapedPage(record with { NoFollow = true });
        return new ScrapedPage(record) { Outlinks = [.. links.Select(link => new Outlink(link.Url))] };
    }

    // Not of the whole page: the navigation that all pages of a site share would make them alike.
    private static string? FingerprintOf(string? mainText) =>
        mainText is null ? null : TextFingerprint.Of(mainText)?.ToString("x16", CultureInfo.InvariantCulture);

    private PageRecord WithMarkdown(PageRecord record, string markdown) =>
        record with
        {
            Markdown = plan.Formats.Has(PageFormat.Markdown) ? markdown : null,
            ContentHash = Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes(markdown))),
        };
}
