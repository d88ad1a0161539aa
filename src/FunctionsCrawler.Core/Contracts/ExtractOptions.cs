namespace FunctionsCrawler.Contracts;

/// <summary>What is taken from a page, and from which of its parts.</summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record ExtractOptions
{
    /// <summary>What the record holds. Formats that are not listed are absent.</summary>
    /// <value>Default null: markdown, mainMarkdown, links and metadata. Empty only with a schema or a query.</value>
    public IReadOnlyList<PageFormat>? Formats { get; set; }

    /// <summary>
    /// CSS selectors. Only the elements that match one reach the Markdown, the text, the cleaned HTML, the images, the tables
    /// and the links of the record. A crawl still follows the links of the whole page.
    /// </summary>
    /// <value>Default empty: the whole page. At most 100, of up to 1,024 characters.</value>
    public IReadOnlyList<string> Include { get; set; } = [];

    /// <summary>CSS selectors. The elements that match one are left out of the same formats; they win over <see cref="Include"/>.</summary>
    /// <value>Default empty.</value>
    public IReadOnlyList<string> Exclude { get; set; } = [];

    /// <summary>Which structured data is read from the whole page into <see cref="PageRecord.Data"/>.</summary>
    /// <value>Default null: none.</value>
    public ExtractSchema? Schema { get; set; }

    /// <summary>
    /// Words to search for. <see cref="PageRecord.RelevantMarkdown"/> then holds the parts of the main content that match best.
    /// </summary>
    /// <value>Default null: none. Up to 1,000 characters.</value>
    public string? Query { get; set; }

    /// <summary>
    /// Whether Markdown has its links as references, <c>[text][1]</c>, with the list of all URLs at its end.
    /// </summary>
    /// <value>Default false.</value>
    public bool Citations { get; set; }
}
