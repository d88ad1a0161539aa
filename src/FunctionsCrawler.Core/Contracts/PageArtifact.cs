namespace FunctionsCrawler.Contracts;

/// <summary>A file made of a page, such as a screenshot.</summary>
/// <param name="ContentType">Its media type: "image/png".</param>
/// <param name="Bytes">Its size in bytes.</param>
public sealed record PageArtifact(string ContentType, long Bytes)
{
    /// <summary>
    /// The name of a file of a crawl, without slashes: GET /api/crawls/{id}/artifacts/{name} returns it, and
    /// <c>crawl</c> writes it into the folder artifacts. Null for a page that was scraped alone: nothing is stored then.
    /// </summary>
    public string? Blob { get; init; }

    /// <summary>The file itself, base64 in JSON. Null for pages of a crawl, whose artifacts are blobs.</summary>
    public ReadOnlyMemory<byte>? Data { get; init; }
}
