using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Fetching;

/// <summary>A conditional request (RFC 9110, section 13) for a page that was stored before.</summary>
/// <param name="Url">
/// The URL of the stored response, without a fragment. Other hops of a redirect get no conditions.
/// </param>
/// <param name="ETag">The entity tag of the stored response, as sent; null if it had none.</param>
/// <param name="LastModified">The Last-Modified header of the stored response, as sent; null if it had none.</param>
internal sealed record Revalidation(string Url, string? ETag, string? LastModified)
{
    /// <summary>Whether the content is not read if it has changed, because a browser renders the page then.</summary>
    public bool OnlyChecks { get; init; }

    /// <summary>The conditions that a stored record allows; null if its response had no validators.</summary>
    /// <param name="record">The stored record.</param>
    /// <param name="source">Where the content is fetched instead of from the page itself; null if it is not.</param>
    public static Revalidation? Of(PageRecord record, Uri? source = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        var tag = Header("etag");
        var modified = Header("last-modified");
        if (tag is null && modified is null)
            return null;
        // A page whose content has another source is recorded with its own URL.
        var last = record.FinalUrl ?? record.Url;
        var url =
            source is not null && string.Equals(last, record.Url, StringComparison.Ordinal) ? source : new Uri(last);
        return new Revalidation(url.GetLeftPart(UriPartial.Query), tag, modified);

        // A stored header with control characters cannot be sent.
        string? Header(string name) =>
            record.ResponseHeaders?.GetValueOrDefault(name) is { Length: > 0 } value && !value.Any(char.IsControl)
                ? value
                : null;
    }
}
