using System.Text.Json;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Crawls;

/// <summary>Finds the crawls that <see cref="CrawlRequest.Since"/> names.</summary>
/// <param name="store">The store of this process.</param>
/// <param name="elsewhere">Crawls in other stores, by id: the command line reads one in another output folder.</param>
internal sealed class EarlierCrawls(IBlobStore store, IReadOnlyDictionary<string, IBlobStore>? elsewhere = null)
{
    /// <summary>The blobs of an earlier crawl.</summary>
    public CrawlBlobs Of(string crawlId) => new(elsewhere?.GetValueOrDefault(crawlId) ?? store, crawlId);

    /// <summary>Why a crawl cannot be compared with; null if it can.</summary>
    public async Task<string?> FindFaultAsync(string crawlId, CancellationToken cancellationToken)
    {
        var earlier = Of(crawlId);
        try
        {
            return await earlier.IsDeletedAsync(cancellationToken).ConfigureAwait(false)
                || await earlier.FindRequestAsync(cancellationToken).ConfigureAwait(false) is null
                    ? $"there is no crawl '{crawlId}'; name the id of a crawl that has ended"
                : await earlier.GetSummaryAsync(cancellationToken).ConfigureAwait(false) is null
                    ? $"the crawl '{crawlId}' has not ended; wait for its end or cancel it"
                : null;
        }
        catch (InvalidDataException e)
        {
            return $"the crawl '{crawlId}' cannot be read: {e.Message}";
        }
    }

    /// <summary>
    /// Whether the records of the earlier crawl are what this crawl would store for the same pages. If not, every page is
    /// fetched, and the records only tell whether it has changed.
    /// </summary>
    public async Task<bool> CanReuseAsync(CrawlRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var earlier = await Of(request.Since!).FindRequestAsync(cancellationToken).ConfigureAwait(false);
        return earlier is not null && ShapeOf(earlier.Request).AsSpan().SequenceEqual(ShapeOf(request));
    }

    // What decides about the content of a record. Everything else decides which pages are visited, and when.
    private static byte[] ShapeOf(CrawlRequest request) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new CrawlRequest
            {
                Render = request.Render,
                RespectRobots = request.RespectRobots,
                Extract = request.Extract,
                Types = request.Types,
                Page = request.Page with { TimeoutSeconds = 1 },
            },
            CrawlJson.Default.CrawlRequest
        );
}
