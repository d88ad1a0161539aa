using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>
/// Which parts a document has. It follows from the stored request, so that nothing else about a crawl has to be stored, and
/// crawls of our own API can be read as well.
/// </summary>
internal sealed class DocumentShape(PageOptions page, ExtractOptions extract)
{
    private readonly PageFormats _formats = extract.Formats is { } formats
        ? new PageFormats(formats)
        : PageFormats.Standard;

    public bool HasMarkdown => _formats.Has(PageFormat.Markdown) || HasMainMarkdown;

    public bool HasMainMarkdown => _formats.Has(PageFormat.MainMarkdown);

    public bool HasHtml => _formats.Has(PageFormat.CleanedHtml) || _formats.Has(PageFormat.MainHtml);

    public bool HasRawHtml => _formats.Has(PageFormat.Html);

    public bool HasLinks => _formats.Has(PageFormat.Links);

    public bool HasImages => _formats.Has(PageFormat.Images);

    public bool HasScreenshot => page.Screenshot is not null || _formats.Has(PageFormat.Screenshot);

    /// <summary>The schema of the format "attributes"; null if that was not asked for.</summary>
    public ExtractSchema? Attributes => AttributeLists.Is(extract.Schema) ? extract.Schema : null;

    /// <summary>The names of the pictures that steps take, in order.</summary>
    public IEnumerable<string> StepPictures => page.Actions.Select(step => step.Screenshot).OfType<string>();

    public bool HasPdf => page.Pdf;

    /// <summary>The names of the formats, as Firecrawl has them.</summary>
    public IEnumerable<string> Names =>
        new (string Name, bool Has)[]
        {
            ("markdown", HasMarkdown),
            ("html", HasHtml),
            ("rawHtml", HasRawHtml),
            ("links", HasLinks),
            ("images", HasImages),
            ("screenshot", HasScreenshot),
            ("attributes", Attributes is not null),
        }
            .Where(format => format.Has)
            .Select(format => format.Name);
}
