using System.Text.Json.Serialization;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Orchestration;

/// <summary>What a crawl is asked to do: validated, stored once, never changed.</summary>
/// <remarks>
/// Its properties can be set, although nobody should: generated deserialisers give an init-only property that is missing
/// in the JSON its type's zero, not the default that stands here.
/// </remarks>
public sealed record CrawlRequest
{
    /// <summary>How the frontier grows.</summary>
    /// <value>Default <see cref="CrawlMode.Recursive"/>.</value>
    public CrawlMode Mode { get; set; } = CrawlMode.Recursive;

    /// <summary>The start pages: absolute http or https URLs.</summary>
    /// <value>1 to 10,000 URLs.</value>
    public IReadOnlyList<string> Urls { get; set; } = [];

    /// <summary>How many links away from a start page a page may be. 0 is the start pages alone. Ignored in batch mode.</summary>
    /// <value>Default 3, 0 to 1,000.</value>
    public int MaxDepth { get; set; } = 3;

    /// <summary>The most pages that may succeed or fail. Skipped URLs do not count.</summary>
    /// <value>Default 1,000, 1 to 10,000,000.</value>
    public int MaxPages { get; set; } = 1000;

    /// <summary>Which links are followed, seen from the start pages.</summary>
    /// <value>Default <see cref="ScopeKind.Host"/>.</value>
    public ScopeKind Scope { get; set; } = ScopeKind.Host;

    /// <summary>Globs over whole URLs; where there are any, a link must match one of them.</summary>
    public IReadOnlyList<string> Include { get; set; } = [];

    /// <summary>Globs over whole URLs; a link that matches one is not followed.</summary>
    public IReadOnlyList<string> Exclude { get; set; } = [];

    /// <summary>Whether HTML pages are rendered in a browser.</summary>
    /// <value>Default <see cref="RenderMode.Auto"/>.</value>
    public RenderMode Render { get; set; } = RenderMode.Auto;

    /// <summary>Pages in flight of the whole crawl.</summary>
    /// <value>Default 5, 1 to 500.</value>
    public int Concurrency { get; set; } = 5;

    /// <summary>Pages in flight of one browser.</summary>
    /// <value>Default 5, 1 to 20.</value>
    public int PagesPerBrowser { get; set; } = 5;

    /// <summary>Pages in flight of one host, over the whole crawl. Null: as many as <see cref="Concurrency"/>.</summary>
    /// <value>Default null, 1 to 500.</value>
    public int? PerHostConcurrency { get; set; }

    /// <summary>The least time from the beginning of one visit of a host to that of the next. Above 0, one page of a host at a time.</summary>
    /// <value>Milliseconds. Default 0, 0 to 60,000.</value>
    public int DelayMs { get; set; }

    /// <summary>Whether robots.txt (RFC 9309), robots meta elements and X-Robots-Tag are respected.</summary>
    /// <value>Default true.</value>
    public bool RespectRobots { get; set; } = true;

    /// <summary>How long the crawl may last from its first wave on; then it ends as it does at <see cref="MaxPages"/>.</summary>
    /// <value>Minutes. Default 43,200 (30 days), 1 to 525,600.</value>
    public int MaxMinutes { get; set; } = 43_200;

    /// <summary>Removes query parameters that only track visitors (utm_*, gclid, …) when URLs are normalised.</summary>
    /// <value>Default false.</value>
    public bool DropTrackingParameters { get; set; }

    /// <summary>How the crawl adapts to the memory that is left.</summary>
    public DispatcherOptions Dispatcher { get; set; } = new();

    /// <summary>When a browser has done enough and is replaced, inside a chunk too.</summary>
    public BrowserRecycling Recycling { get; set; } = new();

    /// <summary>How one page is visited.</summary>
    public PageOptions Page { get; set; } = new();

    /// <summary>Told by a POST when the crawl has ended, at least once, with the crawl's id as Webhook-Id.</summary>
    /// <value>Default null, or an absolute http or https URL.</value>
    public string? CallbackUrl { get; set; }
}

/// <summary>How one page is visited.</summary>
public sealed record PageOptions
{
    /// <summary>The deadline of a whole visit: connecting, redirects, rendering, settling and reading.</summary>
    /// <value>Seconds. Default 30, 1 to 300.</value>
    public int TimeoutSeconds { get; set; } = 30;
}

/// <summary>How the frontier grows.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<CrawlMode>))]
public enum CrawlMode
{
    /// <summary>By what each start URL is: of a sitemap the pages it lists, of any other page as in <see cref="Recursive"/>.</summary>
    Auto,

    /// <summary>The given URLs, no links followed.</summary>
    Batch,

    /// <summary>Links are followed, breadth first.</summary>
    Recursive,
}

/// <summary>Which links are followed, compared with every start page.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<ScopeKind>))]
public enum ScopeKind
{
    /// <summary>The same scheme, host and port.</summary>
    Origin,

    /// <summary>The same host, whatever scheme or port.</summary>
    Host,

    /// <summary>The same host, its parent site without "www.", and all hosts below that.</summary>
    Domain,

    /// <summary>The same origin, with a path below the folder of the start page.</summary>
    Prefix,

    /// <summary>Every link.</summary>
    Any,
}

/// <summary>Whether HTML pages are rendered in a browser.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RenderMode>))]
public enum RenderMode
{
    /// <summary>As the page needs it. For now the same as <see cref="Always"/>.</summary>
    Auto,

    /// <summary>Every HTML page in a browser.</summary>
    Always,

    /// <summary>No browser: pages as the server sends them.</summary>
    Never,
}
