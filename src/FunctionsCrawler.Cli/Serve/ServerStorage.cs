using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Cli.Serve;

/// <summary>Where a server keeps its crawls, and the queue that it takes requests from, where the storage has queues.</summary>
internal sealed class ServerStorage : IAsyncDisposable
{
    private readonly IAsyncDisposable _held;

    private ServerStorage(IBlobStore store, CrawlQueue? queue, string name, IAsyncDisposable held) =>
        (Store, Queue, Name, _held) = (store, queue, name, held);

    /// <summary>The crawls.</summary>
    public IBlobStore Store { get; }

    /// <summary>The queue; null for a folder.</summary>
    public CrawlQueue? Queue { get; }

    /// <summary>What it is, for people.</summary>
    public string Name { get; }

    /// <summary>Opens what the command line names: a folder, an account by its connection string, or an Azurite of our own.</summary>
    /// <exception cref="UsageException">It cannot be used.</exception>
    public static async Task<ServerStorage> OpenAsync(string? named, bool azurite, CancellationToken cancellationToken)
    {
        if (named is not null && IsConnectionString(named))
        {
            return azurite
                ? throw new UsageException("--azurite keeps its data in a folder; with it --storage takes a folder")
                : await OpenAccountAsync(named, NoAzurite.Instance, cancellationToken);
        }
        var folder = named ?? Path.Combine(".", "crawl-storage");
        var held = Hold(folder);
        try
        {
            return azurite
                ? await StartAzuriteAsync(folder, held, cancellationToken)
                : new ServerStorage(new FileBlobStore(folder), null, $"the folder {folder}", held);
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _held.DisposeAsync();

    private static bool IsConnectionString(string text) =>
        text.Contains("UseDevelopmentStorage=", StringComparison.OrdinalIgnoreCase)
        || text.Contains("AccountName=", StringComparison.OrdinalIgnoreCase)
        || text.Contains("Endpoint=", StringComparison.OrdinalIgnoreCase);

    private static FileStream Hold(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return FolderLock.Take(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"the storage folder '{folder}' cannot be used: {e.Message.TrimEnd('.')}; name a folder that can"
            );
        }
    }

    private static async Task<ServerStorage> StartAzuriteAsync(
        string folder,
        FileStream held,
        CancellationToken cancellationToken
    )
    {
        LocalAzurite? azurite = null;
        try
        {
            azurite = await LocalAzurite.StartAsync(folder, AzuritePorts.Free, TimeProvider.System, cancellationToken);
            return await OpenAccountAsync(azurite.ConnectionString, new HeldAzurite(azurite, held), cancellationToken);
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
        IAsyncDisposable held,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var account = new AzureStorageOptions { ConnectionString = connection };
            var store = await AzureBlobStore.OpenAsync(account, cancellationToken);
            var queue = await CrawlQueue.OpenAsync(account, cancellationToken);
            var name = held is HeldAzurite ? $"Azurite, {connection}" : "the storage account";
            return new ServerStorage(store, queue, name, held);
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            throw new UsageException($"the storage account cannot be used: {e.Message}");
        }
    }

    private sealed class HeldAzurite(LocalAzurite azurite, FileStream held) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await azurite.DisposeAsync();
            await held.DisposeAsync();
        }
    }

    private sealed class NoAzurite : IAsyncDisposable
    {
        public static NoAzurite Instance { get; } = new();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
