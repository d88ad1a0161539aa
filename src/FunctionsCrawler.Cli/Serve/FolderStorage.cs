using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Cli.Serve;

/// <summary>A folder that a server keeps its crawls in. Held by one server at a time.</summary>
internal sealed class FolderStorage : IDisposable
{
    private readonly FileStream _lock;

    private FolderStorage(FileStream held, IBlobStore store) => (_lock, Store) = (held, store);

    /// <summary>The crawls.</summary>
    public IBlobStore Store { get; }

    /// <summary>Opens a folder, and makes it where there is none.</summary>
    /// <exception cref="UsageException">It cannot be used.</exception>
    public static FolderStorage Open(string path)
    {
        FileStream? held = null;
        try
        {
            Directory.CreateDirectory(path);
            held = FolderLock.Take(path);
            return new FolderStorage(held, new FileBlobStore(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new UsageException(
                $"the storage folder '{path}' cannot be used: {e.Message.TrimEnd('.')}; name a folder that can"
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();
}
