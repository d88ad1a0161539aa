namespace FunctionsCrawler.Blobs;

/// <summary>
/// Named, immutable-by-convention byte sequences: the only durable state of a crawl. Names are relative paths of
/// segments <c>[A-Za-z0-9._-]+</c> joined by '/'. Writes are atomic: a reader sees all of a blob or none of it.
/// </summary>
internal interface IBlobStore
{
    /// <summary>Opens a blob for reading, or returns null when there is none.</summary>
    Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Reads a whole small blob, or returns null when there is none.</summary>
    Task<ReadOnlyMemory<byte>?> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>Writes a blob if <paramref name="condition"/> holds.</summary>
    /// <returns>False when the condition did not hold and nothing was written.</returns>
    /// <exception cref="IOException">The write failed; nothing is left under the name.</exception>
    Task<bool> PutAsync(
        string name,
        ReadOnlyMemory<byte> content,
        PutCondition condition,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Writes a blob of any size if <paramref name="condition"/> holds, in bounded memory. The blob appears after the stream has
    /// been read to its end. If reading fails or the token is cancelled, nothing is written.
    /// </summary>
    /// <param name="name">The blob's name.</param>
    /// <param name="content">Read from its current position to its end; not disposed. It does not have to be seekable.</param>
    /// <param name="condition">When the blob may be written. It is checked before or after the content is read.</param>
    /// <param name="cancellationToken">Stops the write.</param>
    /// <returns>False when the condition did not hold and nothing was written.</returns>
    /// <exception cref="IOException">The write failed; nothing is left under the name.</exception>
    Task<bool> PutStreamAsync(string name, Stream content, PutCondition condition, CancellationToken cancellationToken);

    /// <summary>Lists the names that begin with <paramref name="prefix"/>, in ordinal order.</summary>
    IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes a blob; false when there was none.</summary>
    Task<bool> DeleteAsync(string name, CancellationToken cancellationToken);
}

/// <summary>When a blob may be written.</summary>
internal enum PutCondition
{
    /// <summary>Always; an existing blob is replaced.</summary>
    None,

    /// <summary>Only when there is no such blob (If-None-Match: *). Of several writers at once exactly one succeeds.</summary>
    IfAbsent,
}
