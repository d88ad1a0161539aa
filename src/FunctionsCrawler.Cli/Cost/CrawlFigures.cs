using System.Text.Json;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Cost;

/// <summary>What a crawl did, as far as it costs something.</summary>
/// <param name="Id">The id of the crawl.</param>
/// <param name="Pages">Succeeded and failed pages.</param>
/// <param name="WorkerSeconds">How long one worker crawled.</param>
/// <param name="Chunks">The number of chunks.</param>
/// <param name="Waves">The number of waves.</param>
/// <param name="StoredBytes">The size of all blobs.</param>
/// <param name="AreCounted">Whether chunks, waves and bytes were counted in the blobs; otherwise they are estimates.</param>
internal sealed record CrawlFigures(
    string Id,
    double Pages,
    double WorkerSeconds,
    double Chunks,
    double Waves,
    double StoredBytes,
    bool AreCounted
)
{
    private const int MaxWaveUrls = Frontier.WavePlanner.MaxWaveUrls;

    // Depths of a site, each at least one wave.
    private const int UsualDepths = 6;

    /// <summary>Reads the output folder of a crawl, or a summary.</summary>
    /// <exception cref="UsageException">There is no crawl that has ended, or it has no pages.</exception>
    public static async Task<CrawlFigures> ReadAsync(
        string path,
        CostAssumptions assumptions,
        CancellationToken cancellationToken
    )
    {
        var figures = Directory.Exists(path)
            ? await ReadFolderAsync(path, cancellationToken)
            : Estimate(await ReadSummaryAsync(path, cancellationToken), assumptions);
        return figures.Pages > 0 && figures.WorkerSeconds > 0
            ? figures
            : throw new UsageException(
                $"the crawl in '{path}' has no pages or no duration, so no cost follows from it"
            );
    }

    /// <summary>The same crawl with another number of pages.</summary>
    public CrawlFigures For(double pages)
    {
        var factor = pages / Pages;
        return this with
        {
            Pages = pages,
            WorkerSeconds = WorkerSeconds * factor,
            Chunks = Chunks * factor,
            // Small crawls have a wave for each depth, large ones waves of full size.
            Waves = Math.Max(Waves, pages / MaxWaveUrls),
            StoredBytes = StoredBytes * factor,
        };
    }

    private static async Task<CrawlFigures> ReadFolderAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(path, OutputFolder.ManifestName)))
            throw new UsageException(
                $"there is no crawl in '{path}': it has no {OutputFolder.ManifestName}; name an output folder or a summary.json"
            );
        var crawl = await OutputFolder.ReadAsync(path);
        try
        {
            var summary =
                await crawl.GetSummaryAsync(cancellationToken)
                ?? throw new UsageException($"the crawl in '{path}' has not ended; continue it with crawl --resume");
            var (waves, chunks) = (0, 0);
            await foreach (var wave in crawl.ReadWavesAsync(0, static _ => { }, cancellationToken))
                (waves, chunks) = (waves + 1, chunks + wave.Chunks.Count);
            var blobs = new DirectoryInfo(Path.Combine(path, "blobs"));
            var bytes = blobs.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
            return Of(summary, chunks, waves, bytes, areCounted: true);
        }
        catch (Exception e)
            when (e is IOException or InvalidDataException or DamagedBlobException or UnauthorizedAccessException)
        {
            throw new UsageException($"the crawl in '{path}' cannot be read: {e.Message}");
        }
    }

    private static async Task<CrawlSummary> ReadSummaryAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            throw new UsageException($"'{path}' does not exist; name an output folder or a summary.json");
        try
        {
            var content = await File.ReadAllBytesAsync(path, cancellationToken);
            return JsonSerializer.Deserialize(content, CrawlJson.Default.CrawlSummary) is { Pages: not null } summary
                ? summary
                : throw new JsonException("it has no pages");
        }
        catch (JsonException e)
        {
            throw new UsageException($"'{path}' is not a summary of a crawl: {e.Message}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{path}' cannot be read: {e.Message}");
        }
    }

    private static CrawlFigures Estimate(CrawlSummary summary, CostAssumptions assumptions)
    {
        var pages = (double)summary.Pages.Succeeded + summary.Pages.Failed;
        return Of(
            summary,
            Math.Ceiling(pages / assumptions["chunkPages"]),
            Math.Max(UsualDepths, Math.Ceiling(pages / MaxWaveUrls)),
            summary.Bytes * assumptions["storedShare"],
            areCounted: false
        );
    }

    private static CrawlFigures Of(CrawlSummary summary, double chunks, double waves, double bytes, bool areCounted)
    {
        var pages = (double)summary.Pages.Succeeded + summary.Pages.Failed;
        var seconds = summary.PagesPerSecond > 0 ? pages / summary.PagesPerSecond : 0;
        return new CrawlFigures(summary.Id, pages, seconds, chunks, waves, bytes, areCounted);
    }
}
