namespace FunctionsCrawler.Storage;

/// <summary>
/// Named, immutable-by-convention byte sequences: the only durable state of a crawl. Names are relative paths of
/// segments <c>[A-Za-z0-9._-]+</c> joined by '/'. Writes are atomic: a reader sees all of a blob or none of it.
/// </summary>
public interface IBlobStore
{
    /// <summary>Opens a blob for reading, or returns null when there is none.</summary>
    Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Reads a whole small blob with its entity tag, or returns null when there is none.</summary>
    Task<BlobContent?> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes a blob if <paramref name="condition"/> holds.</summary>
    /// <returns>The new entity tag, or null when the condition did not hold and nothing was written.</returns>
    /// <exception cref="IOException">The write failed; nothing is left under the name.</exception>
    Task<string?> PutAsync(
        string name,
        ReadOnlyMemory<byte> content,
        PutCondition condition,
        CancellationToken cancellationToken
    );

    /// <summary>Lists the names that begin with <paramref name="prefix"/>, in ordinal order.</summary>
    IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes a blob; false when there was none.</summary>
    Task<bool> DeleteAsync(string name, CancellationToken cancellationToken);
}

/// <summary>A blob's bytes and its entity tag.</summary>
/// <param name="Bytes">All of them.</param>
/// <param name="ETag">Changes with every write of the blob.</param>
public sealed record BlobContent(ReadOnlyMemory<byte> Bytes, string ETag);

/// <summary>When a put may happen (RFC 9110, section 13.1).</summary>
public readonly record struct PutCondition
{
    /// <summary>The entity tag that must stand there now, "*" in <see cref="IfAbsent"/>'s sense excluded.</summary>
    public string? ETag { get; private init; }

    /// <summary>Whether nothing may stand there.</summary>
    public bool MustBeAbsent { get; private init; }

    /// <summary>Always.</summary>
    public static PutCondition None => default;

    /// <summary>Only when there is no such blob (If-None-Match: *).</summary>
    public static PutCondition IfAbsent => new() { MustBeAbsent = true };

    /// <summary>Only when the blob still has this entity tag (If-Match).</summary>
    public static PutCondition IfMatch(string etag) => new() { ETag = etag };
}
