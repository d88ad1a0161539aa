namespace FunctionsCrawler.Contracts;

/// <summary>Asks for the URLs of a site, now.</summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record MapRequest
{
    /// <summary>A page of the site: an absolute http or https URL.</summary>
    public string Url { get; set; } = "";

    /// <summary>Words that a URL or the text of its link must contain, all of them. Case is ignored.</summary>
    /// <value>Default null: every URL. At most 1,000 characters.</value>
    public string? Search { get; set; }

    /// <summary>The most URLs that are returned.</summary>
    /// <value>Default 5,000, 1 to 100,000.</value>
    public int Limit { get; set; } = 5000;

    /// <summary>Whether sitemaps are read, and whether the links of the page count beside them.</summary>
    /// <value>Default <see cref="SitemapUse.Include"/>.</value>
    public SitemapUse Sitemap { get; set; } = SitemapUse.Include;

    /// <summary>Which URLs belong to the site, relative to the page.</summary>
    /// <value>Default <see cref="ScopeKind.Host"/>.</value>
    public ScopeKind Scope { get; set; } = ScopeKind.Host;

    /// <inheritdoc cref="CrawlRequest.Include"/>
    public IReadOnlyList<string> Include { get; set; } = [];

    /// <inheritdoc cref="CrawlRequest.Exclude"/>
    public IReadOnlyList<string> Exclude { get; set; } = [];

    /// <summary>Whether robots.txt is respected: for the page, the sitemaps and the URLs that are returned.</summary>
    /// <value>Default true.</value>
    public bool RespectRobots { get; set; } = true;

    /// <summary>The time limit. When it has passed, the URLs found so far are returned.</summary>
    /// <value>Seconds. Default 30, 1 to 300.</value>
    public int TimeoutSeconds { get; set; } = 30;
}
