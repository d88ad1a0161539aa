using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>The settings of a crawl: start pages, scope, limits and rendering.</summary>
/// <remarks>
/// A request is validated when the crawl is accepted, stored once and never changed. The properties have public setters only
/// because source-generated deserializers would set an init-only property that is missing in the JSON to its type's zero
/// value instead of the default declared here.
/// </remarks>
public sealed record CrawlRequest
{
    /// <summary>Whether the crawl follows links.</summary>
    /// <value>Default <see cref="CrawlMode.Recursive"/>.</value>
    public CrawlMode Mode { get; set; } = CrawlMode.Recursive;

    /// <summary>
    /// The start pages, as absolute http or https URLs. They are always in scope, regardless of the globs.
    /// </summary>
    /// <value>Required. 1 to 10,000 URLs.</value>
    public IReadOnlyList<string> Urls { get; set; } = [];

    /// <summary>
    /// The maximum distance of a page from a start page, in links. 0 crawls only the start pages. Ignored by
    /// <see cref="CrawlMode.Batch"/>.
    /// </summary>
    /// <value>Default 3, 0 to 1,000.</value>
    public int MaxDepth { get; set; } = 3;

    /// <summary>The maximum number of pages, succeeded and failed together. Skipped URLs do not count.</summary>
    /// <value>Default 1,000, 1 to 10,000,000.</value>
    public int MaxPages { get; set; } = 1000;

    /// <summary>Which links are followed, relative to the start pages.</summary>
    /// <value>Default <see cref="ScopeKind.Host"/>.</value>
    public ScopeKind Scope { get; set; } = ScopeKind.Host;

    /// <summary>
    /// Patterns that a link must match to be followed, at least one of them. In a glob, <c>*</c> matches any characters except
    /// a slash, <c>**</c> any characters. It is compared with the whole normalised URL, or, if it begins with a slash, with its
    /// path and query. <c>re:</c> begins a regular expression, which is searched for in the URL, or in path and query if it
    /// begins with <c>^/</c>; <c>path:</c> begins one that is searched for in the path alone.
    /// </summary>
    /// <value>Default empty: every link in scope. A pattern has at most 1,024 characters.</value>
    public IReadOnlyList<string> Include { get; set; } = [];

    /// <summary>Patterns of links that are not followed, in the syntax of <see cref="Include"/>. They win over it.</summary>
    /// <value>Default empty.</value>
    public IReadOnlyList<string> Exclude { get; set; } = [];

    /// <summary>Whether the sitemaps of the start pages' sites are read: those in robots.txt, else in well-known places.</summary>
    /// <value>Default <see cref="SitemapUse.Skip"/>. Needs a mode that follows links.</value>
    public SitemapUse Sitemap { get; set; } = SitemapUse.Skip;

    /// <summary>The kinds of content that are stored. Other content is skipped; HTML is followed for its links in any case.</summary>
    /// <value>Default html, text and markdown; at least one.</value>
    public IReadOnlyList<ContentKind> Types { get; set; } = [ContentKind.Html, ContentKind.Text, ContentKind.Markdown];

    /// <summary>Which of the waiting pages are visited next.</summary>
    /// <value>Default <see cref="CrawlOrder.BreadthFirst"/>.</value>
    public CrawlOrder Order { get; set; } = CrawlOrder.BreadthFirst;

    /// <summary>Words that URLs of interesting pages contain, for <see cref="CrawlOrder.BestFirst"/>. Case is ignored.</summary>
    /// <value>Default empty. At most 100 words of 1 to 100 characters.</value>
    public IReadOnlyList<string> Keywords { get; set; } = [];

    /// <summary>What makes a page better, for <see cref="CrawlOrder.BestFirst"/>; the next one decides between equals.</summary>
    /// <value>Default keywords, pathDepth, freshness; at least one, each once.</value>
    public IReadOnlyList<RankCriterion> RankBy { get; set; } =
    [RankCriterion.Keywords, RankCriterion.PathDepth, RankCriterion.Freshness];

    /// <summary>Whether HTML pages are rendered in a browser.</summary>
    /// <value>Default <see cref="RenderMode.Auto"/>.</value>
    public RenderMode Render { get; set; } = RenderMode.Auto;

    /// <summary>The maximum number of pages in flight in the whole crawl.</summary>
    /// <value>Default 5, 1 to 500.</value>
    public int Concurrency { get; set; } = 5;

    /// <summary>The maximum number of pages in flight in one browser.</summary>
    /// <value>Default 5, 1 to 20.</value>
    public int PagesPerBrowser { get; set; } = 5;

    /// <summary>The maximum number of pages in flight on one host, over the whole crawl.</summary>
    /// <value>Default null, which means <see cref="Concurrency"/>. 1 to 500.</value>
    public int? PerHostConcurrency { get; set; }

    /// <summary>
    /// The minimum time between the starts of two visits to the same host. Above 0, a host is visited one page at a time. A
    /// longer Crawl-delay in robots.txt takes precedence.
    /// </summary>
    /// <value>Milliseconds. Default 0, 0 to 60,000.</value>
    public int DelayMs { get; set; }

    /// <summary>Whether the crawl obeys robots.txt (RFC 9309), robots meta elements and X-Robots-Tag headers.</summary>
    /// <value>Default true.</value>
    public bool RespectRobots { get; set; } = true;

    /// <summary>
    /// The maximum duration of the crawl, from the start of its first wave. Then the crawl ends as it does at
    /// <see cref="MaxPages"/>.
    /// </summary>
    /// <value>Minutes. Default 43,200 (30 days), 1 to 525,600.</value>
    public int MaxMinutes { get; set; } = 43_200;

    /// <summary>
    /// Whether normalisation removes query parameters that only track visitors (utm_*, gclid, …) from URLs.
    /// </summary>
    /// <value>Default false.</value>
    public bool DropTrackingParameters { get; set; }

    /// <summary>Which other URLs count as the same page. Must not be null.</summary>
    public UrlPolicy UrlPolicy { get; set; } = new();

    /// <summary>How the crawl adapts to the available memory. Must not be null.</summary>
    public DispatcherOptions Dispatcher { get; set; } = new();

    /// <summary>When a browser is replaced by a new one, also in the middle of a chunk. Must not be null.</summary>
    public BrowserRecycling Recycling { get; set; } = new();

    /// <summary>Options of a single page visit. Must not be null.</summary>
    public PageOptions Page { get; set; } = new();

    /// <summary>What is taken from each page. Must not be null.</summary>
    public ExtractOptions Extract { get; set; } = new();

    /// <summary>
    /// Whether what is fetched is archived, in the format of web archives (WARC, ISO 28500): the exchanges of each page, and in a
    /// browser those of what it loads.
    /// </summary>
    /// <value>Default false.</value>
    public bool Warc { get; set; }

    /// <summary>
    /// The id of an earlier crawl of the same pages. Its pages are asked for by conditional requests (RFC 9110, section 13); a
    /// page that has not changed is taken from the earlier crawl, neither read nor rendered again. The earlier crawl must have
    /// ended. If it had other options for rendering or extraction, all pages are read, and only compared.
    /// </summary>
    /// <value>Default null: every page is read.</value>
    public string? Since { get; set; }

    /// <summary>
    /// The URL that receives a POST with a <see cref="WebhookNotice"/> when the crawl has ended. It is delivered at least
    /// once; the Webhook-Id header holds the crawl's id.
    /// </summary>
    /// <value>An absolute http or https URL. Default null: no notification.</value>
    public string? CallbackUrl { get; set; }
}

/// <summary>How a crawl finds further pages.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<CrawlMode>))]
public enum CrawlMode
{
    /// <summary>
    /// Depends on each start URL. A sitemap, a feed, an llms.txt and any other text or Markdown file that is a list of links:
    /// crawl the pages it lists. Other text: only that file. A file's page on GitHub: the file itself. Otherwise crawl as in
    /// <see cref="Recursive"/>.
    /// </summary>
    Auto,

    /// <summary>Crawl only the given URLs; follow no links.</summary>
    Batch,

    /// <summary>Follow links, breadth first.</summary>
    Recursive,
}

/// <summary>Which links are followed. A link is in scope if it matches any start page.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ScopeKind>))]
public enum ScopeKind
{
    /// <summary>Same scheme, host and port as the start page.</summary>
    Origin,

    /// <summary>Same host, with any scheme and port.</summary>
    Host,

    /// <summary>The host of the start page without "www.", and all its subdomains.</summary>
    Domain,

    /// <summary>Same origin, and a path below the folder of the start page.</summary>
    Prefix,

    /// <summary>Every link, on any host.</summary>
    Any,

    /// <summary>Same host, with any scheme and port, and the path of the start page or one below it.</summary>
    Path,
}

/// <summary>Whether HTML pages are rendered in a browser.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RenderMode>))]
public enum RenderMode
{
    /// <summary>
    /// Take each page over HTTP, and render it in a browser if its markup says that scripts bring content, or if other pages of
    /// its kind turned out to need it.
    /// </summary>
    Auto,

    /// <summary>Render every HTML page in a browser.</summary>
    Always,

    /// <summary>Use no browser; take pages as the server sends them.</summary>
    Never,
}
