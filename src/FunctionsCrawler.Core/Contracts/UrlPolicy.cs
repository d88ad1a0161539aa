using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>Which URLs count as the same page, beyond the normalisation of RFC 3986. Applies to start pages and links.</summary>
/// <remarks>Its properties have setters for the same reason as those of <see cref="CrawlRequest"/>.</remarks>
public sealed record UrlPolicy
{
    /// <summary>
    /// Whether URLs that differ only in a fragment that is a route (#/guide, #!guide) are different pages. Ignored if pages are
    /// never rendered, because a server sends the same document for all routes.
    /// </summary>
    /// <value>Default true.</value>
    public bool HashRoutes { get; set; } = true;

    /// <summary>Whether session ids (jsessionid, PHPSESSID, …) are removed from path and query.</summary>
    /// <value>Default false.</value>
    public bool DropSessionIds { get; set; }

    /// <summary>Whether the whole query is removed.</summary>
    /// <value>Default false.</value>
    public bool DropQuery { get; set; }

    /// <summary>Whether "/a/index.html", "/a/default.aspx" and the like are "/a/".</summary>
    /// <value>Default false.</value>
    public bool DropIndexFiles { get; set; }

    /// <summary>What happens to a slash at the end of a path.</summary>
    /// <value>Default <see cref="Contracts.TrailingSlash.Keep"/>.</value>
    public TrailingSlash TrailingSlash { get; set; }

    /// <summary>
    /// Whether a page that names another URL in scope as its canonical one is the same page as that: the canonical URL is
    /// crawled too, and later records of the same page have <see cref="PageRecord.DuplicateOf"/>.
    /// </summary>
    /// <value>Default false.</value>
    public bool Canonical { get; set; }
}

/// <summary>What happens to a slash at the end of a path.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<TrailingSlash>))]
public enum TrailingSlash
{
    /// <summary>"/a" and "/a/" are different pages.</summary>
    Keep,

    /// <summary>"/a" is "/a/", unless its last segment has an extension.</summary>
    Add,

    /// <summary>"/a/" is "/a".</summary>
    Remove,
}
