namespace FunctionsCrawler.Contracts;

/// <summary>Asks for one page, now.</summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record PageRequest
{
    /// <summary>The page: an absolute http or https URL.</summary>
    public string Url { get; set; } = "";

    /// <summary>What the record holds: the short form of <see cref="ExtractOptions.Formats"/>. Only one of them may be given.</summary>
    /// <value>Default null: markdown, mainMarkdown, links and metadata.</value>
    public IReadOnlyList<PageFormat>? Formats { get; set; }

    /// <summary>Whether the page is rendered in a browser.</summary>
    /// <value>Default <see cref="RenderMode.Auto"/>.</value>
    public RenderMode Render { get; set; } = RenderMode.Auto;

    /// <summary>Whether robots.txt (RFC 9309), robots meta elements and X-Robots-Tag are respected.</summary>
    /// <value>Default true.</value>
    public bool RespectRobots { get; set; } = true;

    /// <summary>The kinds of content that are read. A page of another kind has the error unsupported_type.</summary>
    /// <value>Default html, text and markdown; at least one.</value>
    public IReadOnlyList<ContentKind> Types { get; set; } = [ContentKind.Html, ContentKind.Text, ContentKind.Markdown];

    /// <summary>The formats by whichever of the two fields names them; null if neither does.</summary>
    internal IReadOnlyList<PageFormat>? NamedFormats => Formats ?? Extract?.Formats;

    /// <summary>How the page is visited.</summary>
    public PageOptions Page { get; set; } = new();

    /// <summary>What is taken from the page. Must not be null.</summary>
    public ExtractOptions Extract { get; set; } = new();
}
