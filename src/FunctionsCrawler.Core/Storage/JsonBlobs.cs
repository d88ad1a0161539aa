using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace FunctionsCrawler.Storage;

/// <summary>Reads and writes blobs of JSON: one value, or gzipped lines of values.</summary>
internal static class JsonBlobs
{
    /// <summary>Reads a blob of one value; null when there is none.</summary>
    /// <exception cref="InvalidDataException">It is no such value.</exception>
    public static async Task<T?> GetJsonAsync<T>(
        this IBlobStore store,
        string name,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var blob = await store.GetAsync(name, cancellationToken).ConfigureAwait(false);
        return blob is null ? null : Parse(blob.Bytes.Span, name, type);
    }

    /// <summary>Writes a blob of one value if <paramref name="condition"/> holds; false when it does not.</summary>
    public static async Task<bool> PutJsonAsync<T>(
        this IBlobStore store,
        string name,
        T value,
        JsonTypeInfo<T> type,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return await store.PutAsync(name, content, condition, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>Gzips lines of values.</summary>
    public static byte[] WriteLines(Action<Action<object, JsonTypeInfo>> write)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            write(
                (value, type) =>
                {
                    JsonSerializer.Serialize(gzip, value, type);
                    gzip.WriteByte((byte)'\n');
                }
            );
        }
        return buffer.ToArray();
    }

    /// <summary>Opens the lines of a gzipped blob; null when there is no such blob.</summary>
    [SuppressMessage("Reliability", "CA2000", Justification = "The reader owns the streams below it.")]
    public static async Task<StreamReader?> OpenLinesAsync(
        this IBlobStore store,
        string name,
        CancellationToken cancellationToken
    )
    {
        var blob = await store.OpenReadAsync(name, cancellationToken).ConfigureAwait(false);
        return blob is null ? null : new StreamReader(new GZipStream(blob, CompressionMode.Decompress));
    }

    /// <summary>Reads the lines of a gzipped blob, one at a time.</summary>
    /// <exception cref="InvalidDataException">There is no such blob.</exception>
    public static async IAsyncEnumerable<string> ReadLinesAsync(
        this IBlobStore store,
        string name,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var lines =
            await store.OpenLinesAsync(name, cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidDataException($"the blob {name} is missing");
        while (await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
            yield return line;
    }

    /// <summary>Parses a line of a blob.</summary>
    /// <exception cref="InvalidDataException">It is no such value.</exception>
    public static T Parse<T>(string line, string name, JsonTypeInfo<T> type)
        where T : class => Parse(System.Text.Encoding.UTF8.GetBytes(line), name, type);

    private static T Parse<T>(ReadOnlySpan<byte> json, string name, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"the blob {name} cannot be read: {e.Message}", e);
        }
    }
}
