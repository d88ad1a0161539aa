using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction.Rendering;

namespace FunctionsCrawler.Extraction;

/// <summary>The content extracted from an HTML document.</summary>
internal sealed record ExtractedPage
{
    /// <summary>
    /// The text of the title element, or else of the first h1, with white space collapsed. Null if there is neither.
    /// </summary>
    public string? Title { get; init; }

    /// <summary>The content of meta description, or else of og:description. Null if there is neither.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// The lang attribute of the root element (BCP 47), or else the first language of the content-language meta element. Null
    /// if there is neither.
    /// </summary>
    public string? Language { get; init; }

    /// <summary>
    /// The whole page as CommonMark with GitHub tables. Link and image URLs are absolute. Ends with one line feed unless empty.
    /// </summary>
    public required string Markdown { get; init; }

    /// <summary>
    /// The main content as Markdown; the whole page if no main content was found. Null when it was not requested.
    /// </summary>
    public string? MainMarkdown { get; init; }

    /// <summary>
    /// The links to other http and https URLs in document order. Fragments are dropped; each URL appears once, with the text
    /// of its first non-empty anchor.
    /// </summary>
    public IReadOnlyList<PageLink> Links { get; init; } = [];

    /// <summary>True if the document has more links than the maximum, so that <see cref="Links"/> is incomplete.</summary>
    public bool HasMoreLinks { get; init; }

    /// <summary>The canonical URL that the page declares, whether metadata was requested or not. Null if there is none.</summary>
    public string? Canonical { get; init; }

    /// <summary>The sitemaps that the page declares, at most <see cref="MetadataReader.MaxSitemaps"/>.</summary>
    public IReadOnlyList<string> Sitemaps { get; init; } = [];

    /// <summary>Whether the page should be rendered. Null when it was not requested.</summary>
    public RenderSigns? Signs { get; init; }

    /// <summary>The author. Null if unknown or metadata was not requested.</summary>
    public string? Author { get; init; }

    /// <summary>When the page was published, in ISO 8601. Null if unknown or metadata was not requested.</summary>
    public string? Published { get; init; }

    /// <summary>When the page was last changed, in ISO 8601. Null if unknown or metadata was not requested.</summary>
    public string? Modified { get; init; }

    /// <summary>The cleaned HTML. Null when it was not requested.</summary>
    public string? CleanedHtml { get; init; }

    /// <inheritdoc cref="PageRecord.MainHtml"/>
    public string? MainHtml { get; init; }

    /// <summary>The visible text. Null when it was not requested.</summary>
    public string? Text { get; init; }

    /// <summary>The blocks of the main content that match the query. Null when there is no query.</summary>
    public string? RelevantMarkdown { get; init; }

    /// <summary>The items of the schema. Null when there is no schema.</summary>
    public JsonElement? Data { get; init; }

    /// <summary>The images. Null when they were not requested.</summary>
    public IReadOnlyList<PageImage>? Images { get; init; }

    /// <summary>The data tables. Null when they were not requested.</summary>
    public IReadOnlyList<PageTable>? Tables { get; init; }

    /// <summary>The links to follow: those of the whole page, whatever parts of it were asked for.</summary>
    public IReadOnlyList<PageLink> Outlinks { get; init; } = [];

    /// <summary>What is unusual about the page or missing in the result.</summary>
    public IReadOnlyList<PageWarning> Warnings { get; init; } = [];

    /// <summary>Machine-readable metadata: canonical URL, Open Graph, JSON-LD and meta elements.</summary>
    public PageMetadata Metadata { get; init; } = new();

    /// <summary>
    /// All named meta elements in document order, with lower-case names. Repeated names are kept because robots directives
    /// add up.
    /// </summary>
    internal IReadOnlyList<(string Name, string Content)> NamedMeta { get; init; } = [];
}
