using System.Text.Json;
using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>The result for one URL. Every URL of the frontier ends as exactly one record, one line of NDJSON each.</summary>
public sealed record PageRecord
{
    /// <summary>The requested URL, normalised.</summary>
    public required string Url { get; init; }

    /// <summary>
    /// The URL of the last response, after redirects by the server and by scripts. Null if there was no response. For a page
    /// that shows a file of another host (GitHub), whose file is read instead, it is the page.
    /// </summary>
    public string? FinalUrl { get; init; }

    /// <summary>The status of the last HTTP response. Null if there was no response.</summary>
    public int? Status { get; init; }

    /// <summary>The status of the first response, before redirects. Null if there was no response.</summary>
    public int? StatusFirst { get; init; }

    /// <summary>
    /// The headers of the last response by lower-case name; repeated ones are joined by ", ". At most 64 of up to 1,024
    /// characters; cookies, authentication and other private headers are left out, and those of the moment and the connection (Date). Null if
    /// there was no response.
    /// </summary>
    public IReadOnlyDictionary<string, string>? ResponseHeaders { get; init; }

    /// <summary>The redirects before the last response, in order.</summary>
    public IReadOnlyList<RedirectHop> Redirects { get; init; } = [];

    /// <summary>The distance from a start page, in links; 0 for a start page.</summary>
    public int Depth { get; init; }

    /// <summary>The URL of the page whose link added this URL to the frontier. Null for a start page.</summary>
    public string? ParentUrl { get; init; }

    /// <summary>
    /// The URL of an earlier record with the same <see cref="FinalUrl"/>, or with the same canonical URL if
    /// <see cref="UrlPolicy.Canonical"/> is on; null if there is none. It is not stored but added when records are read, once
    /// their wave has ended.
    /// </summary>
    public string? DuplicateOf { get; init; }

    /// <summary>
    /// The URL of an earlier record with nearly the same text; null if there is none. Like <see cref="DuplicateOf"/>, it is
    /// added when the records of a crawl that has ended are read.
    /// </summary>
    public string? NearDuplicateOf { get; init; }

    /// <summary>The media type without parameters, in lower case, such as "text/html". Null if unknown.</summary>
    public string? ContentType { get; init; }

    /// <summary>The text of the title element, else of the first h1. Null when there is none.</summary>
    public string? Title { get; init; }

    /// <summary>The description from meta description, else og:description. Null when there is none.</summary>
    public string? Description { get; init; }

    /// <summary>The lang attribute of the root element (BCP 47), else the meta content-language. Null when there is none.</summary>
    public string? Language { get; init; }

    /// <summary>
    /// The author: from JSON-LD, else meta author, article:author, or an element with rel or itemprop author. Null when there
    /// is none or metadata was not requested.
    /// </summary>
    public string? Author { get; init; }

    /// <summary>
    /// When the page was published, in ISO 8601: from JSON-LD, else article:published_time, other meta elements, or a time
    /// element. Null when unknown or metadata was not requested.
    /// </summary>
    public string? Published { get; init; }

    /// <summary>When the page was last changed, from the same sources. Null when unknown or metadata was not requested.</summary>
    public string? Modified { get; init; }

    /// <summary>
    /// The whole page as CommonMark with GitHub tables and absolute URLs; ends with one line feed unless empty. A page that the
    /// server answered with an error status has it as well. Null when there is no page or the format was not requested.
    /// </summary>
    public string? Markdown { get; init; }

    /// <summary>
    /// The main content as Markdown, without navigation, banners, footers and the like; the whole page if nothing could be
    /// told from its main content. Null when the format was not requested.
    /// </summary>
    public string? MainMarkdown { get; init; }

    /// <summary>The HTML as delivered, or as rendered when a browser was used. Null when the format was not requested.</summary>
    public string? Html { get; init; }

    /// <summary>
    /// The HTML of the page's body, reduced to an allow list: no scripts, styles, forms, event handlers and javascript: URLs.
    /// URLs are absolute. Null when the format was not requested.
    /// </summary>
    public string? CleanedHtml { get; init; }

    /// <summary>
    /// The part of <see cref="CleanedHtml"/> that holds the main content, chosen as for <see cref="MainMarkdown"/>. Null when the
    /// format was not requested.
    /// </summary>
    public string? MainHtml { get; init; }

    /// <summary>The visible text of the whole page, one line for each block. Null when the format was not requested.</summary>
    public string? Text { get; init; }

    /// <summary>
    /// The blocks of the main content that match <see cref="ExtractOptions.Query"/> best, in document order and below their
    /// headings: up to 8,000 characters of Markdown. Empty when nothing matches; null when there is no query.
    /// </summary>
    public string? RelevantMarkdown { get; init; }

    /// <summary>
    /// The items that <see cref="ExtractOptions.Schema"/> selects: a list of objects. Null when there is no schema.
    /// </summary>
    public JsonElement? Data { get; init; }

    /// <summary>The images in document order, each URL once, at most 5,000. Null when the format was not requested.</summary>
    public IReadOnlyList<PageImage>? Images { get; init; }

    /// <summary>The data tables in document order, at most 500 with 100,000 cells in all. Null when the format was not requested.</summary>
    public IReadOnlyList<PageTable>? Tables { get; init; }

    /// <summary>
    /// The sections of a file that holds many pages (llms-full.txt), which together are its Markdown. Null for other content.
    /// </summary>
    public IReadOnlyList<PageSection>? Sections { get; init; }

    /// <summary>
    /// Files made of the page, by name: "screenshot" ("screenshot-2" and so on for the rest of a tall page), "pdf", "html",
    /// "mhtml"; "har", and of a page that failed "failure". Null when there are none.
    /// </summary>
    public IReadOnlyDictionary<string, PageArtifact>? Artifacts { get; init; }

    /// <summary>Every link to another http(s) URL in document order, each URL once, with the text of its first non-empty anchor.</summary>
    public IReadOnlyList<PageLink> Links { get; init; } = [];

    /// <summary>True if the page has more links than <see cref="PageLimits.MaxLinks"/>; otherwise null.</summary>
    public bool? HasMoreLinks { get; init; }

    /// <summary>
    /// The number of entries of a sitemap, feed or list of links that were left out because they are not http or https URLs.
    /// Null if there are none.
    /// </summary>
    public int? DroppedEntries { get; init; }

    /// <summary>When the page changed last, according to the sitemap or feed that lists it. Null if unknown.</summary>
    public DateTimeOffset? LastMod { get; init; }

    /// <summary>
    /// True if a robots meta element or X-Robots-Tag header asks crawlers not to follow the page's links; otherwise null.
    /// </summary>
    public bool? NoFollow { get; init; }

    /// <summary>Machine-readable metadata from the document head. Null when the page failed or the format was not requested.</summary>
    public PageMetadata? Metadata { get; init; }

    /// <summary>
    /// The XxHash128 of <see cref="Markdown"/> in UTF-8, as 32 lower-case hexadecimal digits, also where the format was not
    /// requested. Null if the page has no text.
    /// </summary>
    public string? ContentHash { get; init; }

    /// <summary>
    /// A SimHash of the main content, as 16 hexadecimal digits. Pages whose fingerprints differ in at most three bits have
    /// nearly the same text. Null if the text is short, or the format mainMarkdown was not requested.
    /// </summary>
    public string? Fingerprint { get; init; }

    /// <summary>
    /// True if the page is the same as in the crawl that <see cref="CrawlRequest.Since"/> names, false if it has changed. Null
    /// if that crawl has no such page, or none was named.
    /// </summary>
    public bool? Unchanged { get; init; }

    /// <summary>How the page's HTML was obtained. Null if there is none.</summary>
    public RenderedBy? RenderedBy { get; init; }

    /// <summary>Why <see cref="RenderMode.Auto"/> did or did not render the page. Null in other modes, and if nothing was decided.</summary>
    public RenderReason? RenderReason { get; init; }

    /// <summary>When the visit began, in UTC.</summary>
    public DateTimeOffset FetchedAt { get; init; }

    /// <summary>
    /// The time from the start of the first attempt to the record, in milliseconds, delays between attempts included.
    /// </summary>
    public long DurationMs { get; init; }

    /// <summary>The size of the content, in bytes after decompression. For a rendered page: of its HTML in UTF-8.</summary>
    public long Bytes { get; init; }

    /// <summary>The number of attempts; 0 if the URL was refused before any request, for example by robots.txt.</summary>
    public int Attempts { get; init; }

    /// <summary>What is unusual about the page or missing in the record. Null if nothing is.</summary>
    public IReadOnlyList<PageWarning>? Warnings { get; init; }

    /// <summary>What happened during the visit. Null if <see cref="PageOptions.Diagnostics"/> is not set.</summary>
    public PageDiagnostics? Diagnostics { get; init; }

    /// <summary>Why the page failed or was skipped. Null if it succeeded.</summary>
    public PageError? Error { get; init; }

    /// <summary>The receipts of the browsers that visited a page scraped alone. Null for pages of a crawl, whose summary has them.</summary>
    public IReadOnlyList<BrowserReceipt>? Receipts { get; init; }

    /// <summary>
    /// The position of the record in the results, to continue reading after it. Added by servers; not stored.
    /// </summary>
    public string? Cursor { get; init; }
}

/// <summary>A response that redirected to another URL.</summary>
/// <param name="Url">The URL of the response.</param>
/// <param name="Status">The HTTP status: 301, 302, 303, 307 or 308.</param>
public sealed record RedirectHop(string Url, int Status);

/// <summary>Why a page failed or was skipped.</summary>
/// <param name="Code">The kind of error.</param>
/// <param name="Message">One sentence that names the value at fault.</param>
public sealed record PageError(ErrorCode Code, string Message);

/// <summary>How the HTML of a page was obtained.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RenderedBy>))]
public enum RenderedBy
{
    /// <summary>Fetched over HTTP, as the server sent it.</summary>
    Http,

    /// <summary>Rendered by a browser, after scripts ran.</summary>
    Browser,
}
