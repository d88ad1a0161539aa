using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace FunctionsCrawler.Crawls.Archives;

/// <summary>A file of a WACZ while it is written. It is stored without compression, so that replay tools can read parts of it.</summary>
internal sealed class WaczEntry : IAsyncDisposable
{
    private readonly Stream _content;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private WaczEntry(string path, Stream content) => (Path, _content) = (path, content);

    /// <summary>The path in the WACZ.</summary>
    public string Path { get; }

    /// <summary>The number of bytes written.</summary>
    public long Bytes { get; private set; }

    /// <summary>Begins a file. The one before must have been disposed.</summary>
    public static async Task<WaczEntry> BeginAsync(ZipArchive zip, string path, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(zip);
        var entry = zip.CreateEntry(path, CompressionLevel.NoCompression);
        return new WaczEntry(path, await entry.OpenAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Appends bytes.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _hash.AppendData(bytes.Span);
        Bytes += bytes.Length;
        await _content.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Appends a text.</summary>
    public Task WriteAsync(string text, CancellationToken cancellationToken) =>
        WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <summary>What was written, for the list of resources. Nothing may be written afterwards.</summary>
    public WaczResource ToResource() => new(Path, $"sha256:{Convert.ToHexStringLower(_hash.GetHashAndReset())}", Bytes);

    /// <summary>Ends the file.</summary>
    public async ValueTask DisposeAsync()
    {
        _hash.Dispose();
        await _content.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>A file of a WACZ.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Hash">Its digest.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record WaczResource(string Path, string Hash, long Bytes);
