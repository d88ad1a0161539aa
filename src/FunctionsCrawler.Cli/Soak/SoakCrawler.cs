using FunctionsCrawler.Browsing;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>
/// Runs crawls one after the other as <c>crawl</c> runs one, but all in one worker and one store: what may not grow is
/// what lives longer than a crawl. What a crawl stored is read and deleted at its end.
/// </summary>
internal sealed class SoakCrawler : IAsyncDisposable
{
    // A crawl of a soak takes seconds. One that takes this long hangs, and must not hang the soak.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("crawl-soak-").FullName;
    private readonly TimeProvider _time;
    private readonly SoakObserver _observer = new();
    private readonly FileBlobStore _store;
    private readonly CrawlWorker _worker;
    private readonly EmbeddedEngine _engine;
    private int _crawls;

    public SoakCrawler(SoakOptions options, TimeProvider time)
    {
        _time = time;
        _store = new FileBlobStore(_folder);
        _worker = new CrawlWorker(_store, options.Settings.WorkerOptions, _observer, time);
        _engine = new EmbeddedEngine(_worker);
    }

    /// <summary>Runs one crawl.</summary>
    /// <param name="request">What is crawled.</param>
    /// <param name="cancellationToken">Ends the crawl early; what it then tells is what it came to.</param>
    public async Task<SoakCrawl> RunAsync(CrawlRequest request, CancellationToken cancellationToken)
    {
        var id = $"soak-{++_crawls}";
        var crawl = new CrawlBlobs(_store, id);
        using var late = new CancellationTokenSource(Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        string? fault = null;
        try
        {
            await crawl.AcceptAsync(new StoredRequest(request, _time.GetUtcNow()), either.Token);
            await _engine.RunAsync(id, static _ => { }, either.Token);
            fault = await FindLossAsync(crawl, request);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The soak is being ended.
        }
        catch (OperationCanceledException)
        {
            fault = $"it took more than {Limit.TotalMinutes} minutes";
        }
        catch (Exception e) when (e is ActivityFailedException or IOException or InvalidDataException)
        {
            fault = e.Message;
        }
        var chunks = await ReadAsync(crawl);
        var stored = Path.Combine(_folder, "crawls");
        if (Directory.Exists(stored))
            Directory.Delete(stored, recursive: true);
        // Receipts of the same invocation come by both ways.
        var receipts = chunks.SelectMany(c => c.Receipts).Concat(_observer.TakeReceipts());
        return new SoakCrawl(
            chunks,
            [.. receipts.DistinctBy(r => r.Invocation, StringComparer.Ordinal)],
            _observer.TakeMarkers(),
            fault
        );
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // What a crawl promises whatever its pages do: each URL has one record.
    private static async Task<string?> FindLossAsync(CrawlBlobs crawl, CrawlRequest request)
    {
        var urls = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var record in crawl.ReadRecordsAsync(CancellationToken.None))
        {
            if (!urls.Add(record.Url))
                return $"{record.Url} is stored twice";
        }
        var plan = await crawl.RequirePlanAsync(0, CancellationToken.None);
        var lost = request.Urls.Count - plan.Duplicates - urls.Count;
        return request.Mode != CrawlMode.Batch || lost == 0
            ? null
            : $"{lost} of {request.Urls.Count} URLs have no record";
    }

    private static async Task<IReadOnlyList<SoakChunk>> ReadAsync(CrawlBlobs crawl)
    {
        var pages = new Dictionary<string, SoakPage>(StringComparer.Ordinal);
        await foreach (var record in crawl.ReadRecordsAsync(CancellationToken.None))
            pages[record.Url] = new SoakPage(record.Url, record.DurationMs, record.Error?.Code);
        var chunks = new List<SoakChunk>();
        for (var wave = 0; await crawl.GetPlanAsync(wave, CancellationToken.None) is { } plan; wave++)
        {
            await foreach (
                var (_, header) in crawl.ReadHeadersAsync(wave, plan.LaneChunks.Sum(), CancellationToken.None)
            )
                chunks.Add(new SoakChunk(header.Receipts, [.. header.Entries.Select(e => pages[e.Url])]));
        }
        return chunks;
    }
}

/// <summary>What a crawl of a soak came to.</summary>
/// <param name="Chunks">Its committed chunks.</param>
/// <param name="Receipts">Its invocations, also those of chunks that were not committed.</param>
/// <param name="Markers">The markers of all invocations that began.</param>
/// <param name="Fault">Why it did not come to its end; null when it did.</param>
internal sealed record SoakCrawl(
    IReadOnlyList<SoakChunk> Chunks,
    IReadOnlyList<BrowserReceipt> Receipts,
    IReadOnlyList<string> Markers,
    string? Fault
);

/// <summary>What a chunk of it came to.</summary>
internal sealed record SoakChunk(IReadOnlyList<BrowserReceipt> Receipts, IReadOnlyList<SoakPage> Pages);

/// <summary>What is kept of a page's record; its text would be garbage of ours.</summary>
internal sealed record SoakPage(string Url, double DurationMs, ErrorCode? Error);
