using System.Text.Json.Serialization;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Fetching;

/// <summary>What became of one URL: exactly one record for each URL taken into the frontier, one NDJSON line each.</summary>
public sealed record PageRecord
{
    /// <summary>The normalised URL that was asked for.</summary>
    public required string Url { get; init; }

    /// <summary>The URL the content came from, after redirects by the server and by scripts. Null when nothing came.</summary>
    public string? FinalUrl { get; init; }

    /// <summary>The last HTTP status. Null when there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>The answers that redirected, in order, before the last one.</summary>
    public IReadOnlyList<RedirectHop> Redirects { get; init; } = [];

    /// <summary>Links away from a start page; 0 for a start page.</summary>
    public int Depth { get; init; }

    /// <summary>The page whose link brought this URL into the frontier. Null for a start page.</summary>
    public string? ParentUrl { get; init; }

    /// <summary>The URL of an earlier record with the same <see cref="FinalUrl"/>. Added by readers, once the wave has closed.</summary>
    public string? DuplicateOf { get; init; }

    /// <summary>The media type without parameters, in lower case.</summary>
    public string? ContentType { get; init; }

    /// <inheritdoc cref="ExtractedPage.Title"/>
    public string? Title { get; init; }

    /// <inheritdoc cref="ExtractedPage.Description"/>
    public string? Description { get; init; }

    /// <inheritdoc cref="ExtractedPage.Language"/>
    public string? Language { get; init; }

    /// <inheritdoc cref="ExtractedPage.Markdown"/>
    public string? Markdown { get; init; }

    /// <inheritdoc cref="ExtractedPage.Links"/>
    public IReadOnlyList<PageLink> Links { get; init; } = [];

    /// <summary>True when the page has more links than are kept; else null.</summary>
    public bool? HasMoreLinks { get; init; }

    /// <summary>True when the page asks that its links be not followed (robots meta element or X-Robots-Tag); else null.</summary>
    public bool? NoFollow { get; init; }

    /// <summary>What is to be followed from here: the links, where nothing else is said. It is not stored.</summary>
    [JsonIgnore]
    internal IEnumerable<(string Url, FrontierKind? Kind)> Follows
    {
        get => field ?? (NoFollow is true ? [] : Links.Select(link => (link.Url, (FrontierKind?)null)));
        init;
    }

    /// <inheritdoc cref="ExtractedPage.Metadata"/>
    public PageMetadata? Metadata { get; init; }

    /// <summary>XxHash128 of <see cref="Markdown"/> in UTF-8, 32 lower-case hexadecimal digits.</summary>
    public string? ContentHash { get; init; }

    /// <summary>Who produced the HTML.</summary>
    public RenderedBy? RenderedBy { get; init; }

    /// <summary>When the visit began.</summary>
    public DateTimeOffset FetchedAt { get; init; }

    /// <summary>Milliseconds from the start of the first attempt to the record, waiting between attempts included.</summary>
    public long DurationMs { get; init; }

    /// <summary>Bytes of the content, decompressed, in UTF-8 for rendered pages.</summary>
    public long Bytes { get; init; }

    /// <summary>How often the URL was tried; 0 where it was refused untried.</summary>
    public int Attempts { get; init; }

    /// <summary>Why the page failed or was skipped. Null when it succeeded.</summary>
    public PageError? Error { get; init; }

    /// <summary>Where the record stands, for a reader to go on from. Added by servers; it is not stored.</summary>
    public string? Cursor { get; init; }
}

/// <summary>An answer that redirected.</summary>
/// <param name="Url">The URL that answered.</param>
/// <param name="Status">Its HTTP status, 301 to 308.</param>
public sealed record RedirectHop(string Url, int Status);

/// <summary>Why a page failed or was skipped.</summary>
/// <param name="Code">The kind.</param>
/// <param name="Message">One sentence for people, naming the value at fault.</param>
public sealed record PageError(ErrorCode Code, string Message);

/// <summary>Who produced the HTML of a page.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RenderedBy>))]
public enum RenderedBy
{
    /// <summary>The server, fetched over HTTP.</summary>
    Http,

    /// <summary>A browser, after scripts ran.</summary>
    Browser,
}
