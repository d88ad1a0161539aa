using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Buffers content in memory up to a size, and beyond it in a <see cref="TemporaryFile"/>.
/// </summary>
/// <param name="maxInMemory">The maximum size of the memory buffer, in bytes.</param>
internal sealed class SpooledBody(int maxInMemory) : IAsyncDisposable
{
    private readonly MemoryStream _memory = new();
    private FileStream? _file;

    /// <summary>The number of bytes so far.</summary>
    public long Length => _file?.Length ?? _memory.Length;

    /// <summary>Appends content.</summary>
    /// <exception cref="SpoolException">The temporary file cannot be written.</exception>
    public async ValueTask AppendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        if (_file is null && _memory.Length + piece.Length <= maxInMemory)
        {
            _memory.Write(piece.Span);
            return;
        }
        try
        {
            if (_file is null)
            {
                _file = TemporaryFile.Open("crawl-body");
                await _file
                    .WriteAsync(_memory.GetBuffer().AsMemory(0, (int)_memory.Length), cancellationToken)
                    .ConfigureAwait(false);
                _memory.SetLength(0);
                _memory.Capacity = 0;
            }
            await _file.WriteAsync(piece, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SpoolException($"The content cannot be written to a temporary file: {e.Message}");
        }
    }

    /// <summary>Loads the whole content into memory. Nothing may be appended afterwards.</summary>
    /// <exception cref="SpoolException">The temporary file cannot be read.</exception>
    public async Task<ReadOnlyMemory<byte>> LoadAsync(CancellationToken cancellationToken)
    {
        if (_file is null)
            return _memory.GetBuffer().AsMemory(0, (int)_memory.Length);
        try
        {
            var bytes = new byte[_file.Length];
            _file.Position = 0;
            await _file.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes;
        }
        catch (IOException e)
        {
            throw new SpoolException($"The content cannot be read from a temporary file: {e.Message}");
        }
    }

    /// <summary>Frees memory and disk space.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_file is not null)
            await _file.DisposeAsync().ConfigureAwait(false);
        await _memory.DisposeAsync().ConfigureAwait(false);
    }
}

/// <summary>A temporary file could not be written or read, for example because the disk is full. The page is not the cause.</summary>
internal sealed class SpoolException(string message) : Exception(message);
