using FunctionsCrawler.Blobs;
using FunctionsCrawler.Cli.Client;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Crawls.Archives;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Cli.Export;

/// <summary>A crawl whose records are exported.</summary>
/// <param name="Id">The id of the crawl.</param>
/// <param name="SourceId">The id of its source; null if its request is damaged.</param>
/// <param name="HasEnded">False if more records may follow.</param>
/// <param name="Records">The records, in stored order.</param>
internal sealed record ExportSource(string Id, string? SourceId, bool HasEnded, IAsyncEnumerable<PageRecord> Records)
{
    private const int MaxListed = 5;

    /// <summary>Copies the archive of the crawl, in the format wacz or warc.</summary>
    public required Func<string, Stream, CancellationToken, Task> CopyArchive { get; init; }

    /// <summary>Opens an output folder or a storage folder. Reading does not disturb the process that uses it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="id">The id of the crawl in a storage folder; null if it has only one.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <exception cref="UsageException">There is no such crawl, or it cannot be read.</exception>
    public static async Task<ExportSource> OpenFolderAsync(
        string folder,
        string? id,
        CancellationToken cancellationToken
    )
    {
        if (!File.Exists(Path.Combine(folder, OutputFolder.ManifestName)))
        {
            var store = new FileBlobStore(folder);
            return await OpenAsync(
                new CrawlBlobs(store, await FindIdAsync(store, folder, id, cancellationToken)),
                cancellationToken
            );
        }
        if (id is not null)
            throw new UsageException($"--id cannot be used with '{folder}': an output folder holds a single crawl");
        return await OpenAsync(await OutputFolder.ReadAsync(folder), cancellationToken);
    }

    /// <summary>Opens a crawl of a server.</summary>
    /// <exception cref="RefusedException">There is no such crawl, or the server cannot be reached.</exception>
    public static async Task<ExportSource> OpenAsync(
        ServerClient client,
        string id,
        CancellationToken cancellationToken
    )
    {
        var status = await client.ShowAsync(id, cancellationToken);
        return new ExportSource(id, status.SourceId, status.HasEnded, client.ReadPagesAsync(id, cancellationToken))
        {
            CopyArchive = (format, target, token) => client.CopyArchiveAsync(id, format, target, token),
        };
    }

    private static async Task<ExportSource> OpenAsync(CrawlBlobs crawl, CancellationToken cancellationToken)
    {
        string? sourceId = null;
        try
        {
            if (await crawl.FindRequestAsync(cancellationToken) is not { } stored)
                throw new UsageException($"there is no crawl '{crawl.CrawlId}'");
            sourceId = stored.Request.Urls is [var first, ..] ? SourceNames.IdOf(first) : null;
        }
        catch (DamagedBlobException)
        {
            // Its pages can still be read.
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"the crawl '{crawl.CrawlId}' cannot be read: {e.Message}");
        }
        var hasEnded = await crawl.IsClosedAsync(cancellationToken);
        return new ExportSource(crawl.CrawlId, sourceId, hasEnded, crawl.ReadRecordsAsync(cancellationToken))
        {
            CopyArchive = (format, target, token) => CopyArchiveAsync(crawl, format, target, token),
        };
    }

    private static async Task CopyArchiveAsync(
        CrawlBlobs crawl,
        string format,
        Stream target,
        CancellationToken cancellationToken
    )
    {
        if (!(await crawl.GetRequestAsync(cancellationToken)).Request.Warc)
            throw new UsageException(
                $"the crawl '{crawl.CrawlId}' has no archive; it was not started with --warc, and nothing was kept for one"
            );
        if (format is "warc")
            await WarcExport.WriteAsync(crawl, target, cancellationToken);
        else
            await new WaczExport(crawl, TimeProvider.System).WriteAsync(target, cancellationToken);
    }

    private static async Task<string> FindIdAsync(
        FileBlobStore store,
        string folder,
        string? id,
        CancellationToken cancellationToken
    )
    {
        var ids = await new StorageCheck(store).FindCrawlsAsync(cancellationToken);
        if (id is not null)
            return ids.Contains(id, StringComparer.Ordinal)
                ? id
                : throw new UsageException($"there is no crawl '{id}' in '{folder}'; {Describe(ids)}");
        return ids is [var only]
            ? only
            : throw new UsageException(
                ids.Count == 0
                    ? $"'{folder}' is neither an output folder nor the storage of crawl serve"
                    : $"'{folder}' holds {ids.Count} crawls; choose one with --id; {Describe(ids)}"
            );
    }

    private static string Describe(IReadOnlyList<string> ids) =>
        ids.Count == 0
            ? "it holds none"
            : $"it holds {string.Join(", ", ids.Take(MaxListed))}{(ids.Count > MaxListed ? " …" : "")}";
}
