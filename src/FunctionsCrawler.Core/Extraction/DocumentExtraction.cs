using System.Text.Json;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction.Main;
using FunctionsCrawler.Extraction.Relevance;
using FunctionsCrawler.Extraction.Rendering;
using FunctionsCrawler.Extraction.Schema;
using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Extraction;

/// <summary>Extracts what a plan asks for from one parsed document. Formats that are not asked for cost nothing.</summary>
/// <param name="document">The parsed document; it is not changed.</param>
/// <param name="pageUrl">The absolute URL of the document.</param>
/// <param name="plan">What is extracted.</param>
/// <param name="maxLinks">The maximum number of links.</param>
internal sealed class DocumentExtraction(IHtmlDocument document, Uri pageUrl, ExtractionPlan plan, int maxLinks)
{
    private readonly List<PageWarning> _warnings = [];
    private readonly SelectionBudget _budget = new();
    private readonly UrlResolver _urls = new(document, pageUrl);
    private DocumentIndex? _index;

    private DocumentIndex Index => _index ??= new DocumentIndex(document);

    /// <summary>Extracts everything. Called once.</summary>
    public ExtractedPage Run()
    {
        var metadata = new MetadataReader(document);
        // The links to follow are those of the whole page, whatever parts the record gets.
        var (outlinks, hasMoreLinks) = LinkCollector.Collect(document, pageUrl, _urls, maxLinks);
        var (links, moreLinks) = (outlinks, hasMoreLinks);
        var parts = document;
        if (plan.SelectsParts)
        {
            parts = SelectParts();
            (links, moreLinks) = LinkCollector.Collect(parts, pageUrl, _urls, maxLinks);
        }
        // Always written, because the content hash is that of the Markdown.
        var markdown = Write(parts.DocumentElement, plan.Citations);
        if (markdown.Length == 0)
            Warn(PageWarningCode.EmptyPage, "The page has no visible text.");
        var usesMain = Has(PageFormat.MainMarkdown) || Has(PageFormat.MainHtml) || plan.Query is not null;
        var main = usesMain ? FindMain(parts, markdown) : null;
        var page = new ExtractedPage
        {
            Title = metadata.Title(),
            Description = metadata.Description(),
            Language = metadata.Language(),
            Markdown = markdown,
            MainMarkdown =
                !Has(PageFormat.MainMarkdown) ? null
                : main is null ? markdown
                : main.ToMarkdown(Writer(plan.Citations)),
            RelevantMarkdown = plan.Query is { } query
                ? RelevantBlocks.Select(
                    main?.ToMarkdown(Writer(citations: false)) ?? Write(parts.DocumentElement, citations: false),
                    query
                )
                : null,
            CleanedHtml = Has(PageFormat.CleanedHtml)
                ? new CleanedHtmlWriter(_urls).Write(parts.DocumentElement)
                : null,
            MainHtml =
                !Has(PageFormat.MainHtml) ? null
                : main is null ? new CleanedHtmlWriter(_urls).Write(parts.DocumentElement)
                : main.ToHtml(new CleanedHtmlWriter(_urls)),
            Text = Has(PageFormat.Text) ? TextWriter.Write(parts.DocumentElement) : null,
            Data = plan.Schema is { } schema ? ReadData(schema) : null,
            Images = Has(PageFormat.Images) ? ReadImages(parts) : null,
            Tables = Has(PageFormat.Tables) ? ReadTables(parts) : null,
            Links = links,
            HasMoreLinks = moreLinks,
            Outlinks = outlinks,
            NamedMeta = metadata.Named(),
            Canonical = metadata.Canonical(_urls),
            Sitemaps = metadata.Sitemaps(_urls),
            Warnings = _warnings,
            Signs = plan.ReadsSigns ? RenderEvidence.Read(document) : null,
        };
        return Has(PageFormat.Metadata) ? WithMetadata(page, metadata) : page;
    }

    private bool Has(PageFormat format) => plan.Formats.Has(format);

    private string Write(IElement root, bool citations) => Writer(citations).Write(root);

    private MarkdownWriter Writer(bool citations) => new(_urls, citations ? new Citations() : null);

    // Null where none is found, so that the whole page counts as the main content.
    private MainContent? FindMain(IHtmlDocument parts, string markdown)
    {
        var main = MainContent.Find(parts);
        if (main is null && markdown.Length > 0)
            Warn(PageWarningCode.NoMainContent, "No main content was found; the whole page is taken for it.");
        return main;
    }

    private JsonElement ReadData(CompiledSchema schema)
    {
        var extractor = new SchemaExtractor(schema, new Matches(Index, _budget), _urls);
        var data = extractor.Extract();
        _warnings.AddRange(extractor.Warnings);
        return data;
    }

    private IReadOnlyList<PageImage> ReadImages(IHtmlDocument parts)
    {
        var (images, hasMore) = ImageReader.Read(parts, _urls);
        if (hasMore)
            Warn(PageWarningCode.Truncated, $"images has only the first {images.Count} images of the page.");
        return images;
    }

    private IReadOnlyList<PageTable> ReadTables(IHtmlDocument parts)
    {
        var reader = new TableReader();
        var tables = reader.Read(parts);
        if (reader.IsTruncated)
            Warn(
                PageWarningCode.Truncated,
                "tables is incomplete: the page has too many tables, rows or spanned cells."
            );
        return tables;
    }

    private ExtractedPage WithMetadata(ExtractedPage page, MetadataReader reader)
    {
        var metadata = reader.Read(_urls);
        var authorship = new Authorship(document, metadata.JsonLd, metadata.Meta);
        return page with
        {
            Metadata = metadata,
            Author = authorship.Author(),
            Published = authorship.Published(),
            Modified = authorship.Modified(),
        };
    }

    private IHtmlDocument SelectParts()
    {
        try
        {
            var parts = SelectedParts.Copy(document, Index, plan, _budget, out var found);
            if (!found)
                Warn(
                    PageWarningCode.NothingIncluded,
                    "No element matches extract.include, so the record has no content."
                );
            return parts;
        }
        catch (SelectionStoppedException e)
        {
            // The whole page would show what was to be left out.
            Warn(
                PageWarningCode.ExtractionStopped,
                $"Evaluating extract.include and extract.exclude was stopped: {e.Message}. The record has no content."
            );
            return (IHtmlDocument)document.Implementation.CreateHtmlDocument("");
        }
    }

    private void Warn(PageWarningCode code, string message) => _warnings.Add(new PageWarning(code, message));
}
