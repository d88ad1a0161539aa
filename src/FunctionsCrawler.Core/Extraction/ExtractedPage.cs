using System.Text.Json;

namespace FunctionsCrawler.Extraction;

/// <summary>What an HTML document says.</summary>
public sealed record ExtractedPage
{
    /// <summary>The text of the title element, else of the first h1; white space collapsed. Null when there is none.</summary>
    public string? Title { get; init; }

    /// <summary>The description from meta description, else og:description.</summary>
    public string? Description { get; init; }

    /// <summary>The lang attribute of the root element (BCP 47), else the meta content-language.</summary>
    public string? Language { get; init; }

    /// <summary>The whole page as CommonMark with GitHub tables; absolute link and image URLs; ends with one line feed unless empty.</summary>
    public required string Markdown { get; init; }

    /// <summary>Every link to another http(s) URL in document order, each URL once (fragments dropped), with the text of its first non-empty anchor.</summary>
    public IReadOnlyList<PageLink> Links { get; init; } = [];

    /// <summary>Whether there are more links than were to be taken.</summary>
    public bool HasMoreLinks { get; init; }

    /// <summary>What the head says for machines.</summary>
    public PageMetadata Metadata { get; init; } = new();

    /// <summary>Every named meta element in document order, names in lower case: what they ask of robots adds up.</summary>
    internal IReadOnlyList<(string Name, string Content)> NamedMeta { get; init; } = [];
}

/// <summary>A link of a page.</summary>
/// <param name="Url">Absolute http or https URL without fragment, as System.Uri writes it.</param>
/// <param name="Text">The anchor's text, white space collapsed; the alt text of an image inside; may be empty.</param>
/// <param name="Internal">Whether it leads to the page's own host.</param>
public sealed record PageLink(string Url, string Text, bool Internal);

/// <summary>What a document's head says for machines.</summary>
public sealed record PageMetadata
{
    /// <summary>The absolute URL of link rel=canonical.</summary>
    public string? Canonical { get; init; }

    /// <summary>Open Graph properties without the prefix "og:" (https://ogp.me); the first of each name.</summary>
    public IReadOnlyDictionary<string, string> OpenGraph { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The JSON-LD blocks that are valid JSON, in document order.</summary>
    public IReadOnlyList<JsonElement> JsonLd { get; init; } = [];

    /// <summary>Named meta elements (author, keywords, robots, generator, …) in lower case, without description; the first of each name.</summary>
    public IReadOnlyDictionary<string, string> Meta { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}
