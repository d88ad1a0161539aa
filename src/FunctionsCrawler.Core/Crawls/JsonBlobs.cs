using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Crawls;

/// <summary>Reads and writes JSON blobs: a single value, or gzipped lines with one value each.</summary>
internal static class JsonBlobs
{
    /// <summary>Reads a blob with a single value; null if there is no such blob.</summary>
    /// <exception cref="DamagedBlobException">The content is not a valid <typeparamref name="T"/>.</exception>
    /// <exception cref="InvalidDataException">The content has a newer version.</exception>
    public static async Task<T?> GetJsonAsync<T>(
        this IBlobStore store,
        string name,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken
    )
        where T : class
    {
        var blob = await store.GetAsync(name, cancellationToken).ConfigureAwait(false);
        return blob is { } json ? Parse(json.Span, name, type) : null;
    }

    /// <summary>Writes a blob of one value if <paramref name="condition"/> holds; false when it does not.</summary>
    public static Task<bool> PutJsonAsync<T>(
        this IBlobStore store,
        string name,
        T value,
        JsonTypeInfo<T> type,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        var content = Serialize(value, type);
        return store.PutAsync(name, content, condition, cancellationToken);
    }

    /// <summary>Serialises values as gzipped lines.</summary>
    /// <param name="write">Gets a callback that adds one value.</param>
    /// <param name="seal">
    /// Whether each line gets a checksum, for blobs whose lines are used before the end is read: gzip checks its own only there.
    /// </param>
    public static byte[] WriteLines(Action<Action<object, JsonTypeInfo>> write, bool seal)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            write(
                (value, type) =>
                {
                    gzip.Write(seal ? Serialize(value, type) : JsonSerializer.SerializeToUtf8Bytes(value, type));
                    gzip.WriteByte((byte)'\n');
                }
            );
        }
        return buffer.ToArray();
    }

    /// <summary>Opens a gzipped blob for reading lines; null if there is no such blob.</summary>
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
    /// <exception cref="DamagedBlobException">There is no such blob, or it cannot be decompressed.</exception>
    public static async IAsyncEnumerable<string> ReadLinesAsync(
        this IBlobStore store,
        string name,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var lines =
            await store.OpenLinesAsync(name, cancellationToken).ConfigureAwait(false)
            ?? throw DamagedBlobException.Missing(name);
        while (await ReadLineAsync(lines, name, cancellationToken).ConfigureAwait(false) is { } line)
            yield return line;
    }

    /// <summary>Reads the next line of a gzipped blob; null at its end.</summary>
    /// <exception cref="DamagedBlobException">The blob cannot be decompressed.</exception>
    public static async Task<string?> ReadLineAsync(
        StreamReader lines,
        string name,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await lines.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw new DamagedBlobException(name, e.Message, e);
        }
    }

    /// <summary>Parses one line of the blob <paramref name="name"/>.</summary>
    /// <exception cref="DamagedBlobException">The line is not a valid <typeparamref name="T"/>.</exception>
    /// <exception cref="InvalidDataException">The line has a newer version.</exception>
    public static T Parse<T>(string line, string name, JsonTypeInfo<T> type)
        where T : class => Parse(System.Text.Encoding.UTF8.GetBytes(line), name, type);

    private static T Parse<T>(ReadOnlySpan<byte> json, string name, JsonTypeInfo<T> type)
        where T : class
    {
        // First, because a damaged byte may also change the version.
        if (!JsonSeal.IsIntact(json))
            throw new DamagedBlobException(name, "its checksum differs");
        try
        {
            BlobVersions.Check<T>(json, name);
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("the value is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new DamagedBlobException(name, e.Message, e);
        }
    }

    // A dictionary would get the checksum as an entry.
    private static byte[] Serialize(object? value, JsonTypeInfo type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, type);
        return type.Kind == JsonTypeInfoKind.Object ? JsonSeal.Add(json) : json;
    }
}
