using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Serve;

/// <summary>The store of a server's crawls and, if the storage has queues, the queue that it takes requests from.</summary>
internal sealed class ServerStorage : IAsyncDisposable
{
    private readonly IAsyncDisposable _resources;

    private ServerStorage(IBlobStore store, CrawlQueue? queue, string name, IAsyncDisposable resources) =>
        (Store, Queue, Name, _resources) = (store, queue, name, resources);

    public IBlobStore Store { get; }

    /// <summary>The queue; null for a folder.</summary>
    public CrawlQueue? Queue { get; }

    /// <summary>Whether other processes may use the same store: a storage account has no lock.</summary>
    public bool IsShared => Queue is not null;

    /// <summary>A description for messages, such as "the storage account".</summary>
    public string Name { get; }

    /// <summary>Opens a folder or a storage account, or starts an Azurite with its data in a folder.</summary>
    /// <param name="named">A folder or a connection string; null for the default folder.</param>
    /// <param name="azurite">Whether to start an Azurite.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    /// <exception cref="UsageException">The storage cannot be used.</exception>
    public static async Task<ServerStorage> OpenAsync(string? named, bool azurite, CancellationToken cancellationToken)
    {
        if (named is not null && IsConnectionString(named))
        {
            return azurite
                ? throw new UsageException(
                    "--azurite cannot be used with a connection string; --storage must be a folder for its data"
                )
                : await OpenAccountAsync(named, NoAzurite.Instance, cancellationToken);
        }
        var folder = named ?? Path.Combine(".", "crawl-storage");
        var folderLock = Lock(folder);
        try
        {
            return azurite
                ? await StartAzuriteAsync(folder, folderLock, cancellationToken)
                : new ServerStorage(new FileBlobStore(folder), null, $"the folder {folder}", folderLock);
        }
        catch
        {
            await folderLock.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _resources.DisposeAsync();

    /// <summary>Whether a storage is named by a connection string, and not by a folder.</summary>
    public static bool IsConnectionString(string text) =>
        text.Contains("UseDevelopmentStorage=", StringComparison.OrdinalIgnoreCase)
        || text.Contains("AccountName=", StringComparison.OrdinalIgnoreCase)
        || text.Contains("Endpoint=", StringComparison.OrdinalIgnoreCase);

    private static FileStream Lock(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return FolderLock.Take(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"the storage folder '{folder}' cannot be used: {e.Message.TrimEnd('.')}; name a folder that can be written"
            );
        }
    }

    private static async Task<ServerStorage> StartAzuriteAsync(
        string folder,
        FileStream folderLock,
        CancellationToken cancellationToken
    )
    {
        LocalAzurite? azurite = null;
        try
        {
            azurite = await LocalAzurite.StartAsync(folder, AzuritePorts.Free, TimeProvider.System, cancellationToken);
            var resources = new LockedAzurite(azurite, folderLock);
            return await OpenAccountAsync(azurite.ConnectionString, resources, cancellationToken);
        }
        catch (Exception e)
        {
            if (azurite is not null)
                await azurite.DisposeAsync();
            if (e is IOException)
                throw new UsageException(e.Message);
            throw;
        }
    }

    private static async Task<ServerStorage> OpenAccountAsync(
        string connection,
        IAsyncDisposable resources,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var account = new AzureStorageOptions { ConnectionString = connection };
            var store = await AzureBlobStore.OpenAsync(account, cancellationToken);
            var queue = await CrawlQueue.OpenAsync(account, cancellationToken);
            var name = resources is LockedAzurite ? $"Azurite, {connection}" : "the storage account";
            return new ServerStorage(store, queue, name, resources);
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            throw new UsageException($"the storage account cannot be used: {e.Message}");
        }
    }

    private sealed class LockedAzurite(LocalAzurite azurite, FileStream folderLock) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await azurite.DisposeAsync();
            await folderLock.DisposeAsync();
        }
    }

    private sealed class NoAzurite : IAsyncDisposable
    {
        public static NoAzurite Instance { get; } = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
