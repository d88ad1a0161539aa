using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Orchestration;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>
/// Runs crawls one after another in one worker with one store, because leaks show in what outlives a crawl. Deletes the
/// results of a crawl once they are read.
/// </summary>
internal sealed class SoakCrawler : IAsyncDisposable
{
    // A crawl of a soak takes seconds. One that takes this long has hung, and must not block the soak.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly string _folder = Directory.CreateTempSubdirectory("crawl-soak-").FullName;
    private readonly TimeProvider _time;
    private readonly SoakObserver _observer = new();
    private readonly FileBlobStore _store;
    private readonly ServiceProvider _services;
    private readonly EmbeddedEngine _engine;
    private int _crawls;

    public SoakCrawler(SoakOptions options, TimeProvider time)
    {
        _time = time;
        _store = new FileBlobStore(_folder);
        _services = new ServiceCollection()
            .AddSingleton<IBlobStore>(_store)
            .AddSingleton(options.Settings.ToOptions())
            .AddSingleton<ICrawlObserver>(_observer)
            .AddSingleton(time)
            .AddCrawlerCore()
            .AddEmbeddedHost()
            .BuildServiceProvider();
        _engine = _services.GetRequiredService<EmbeddedEngine>();
    }

    /// <summary>Runs one crawl to its end.</summary>
    /// <param name="request">The request of the crawl.</param>
    /// <param name="cancellationToken">Ends the crawl early; the result then holds what was committed until then.</param>
    public async Task<SoakCrawl> RunAsync(CrawlRequest request, CancellationToken cancellationToken)
    {
        var id = $"soak-{++_crawls}";
        var crawl = new CrawlBlobs(_store, id);
        using var timeout = new CancellationTokenSource(Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        string? fault = null;
        try
        {
            await crawl.AcceptAsync(new StoredRequest(request, _time.GetUtcNow()), either.Token);
            await _engine.RunAsync(id, static _ => { }, either.Token);
            fault = await FindLossAsync(crawl, request);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The soak was interrupted.
        }
        catch (OperationCanceledException)
        {
            fault = $"it took more than {Limit.TotalMinutes} minutes";
        }
        catch (Exception e)
            when (e is ActivityFailedException or IOException or InvalidDataException or DamagedBlobException)
        {
            fault = e.Message;
        }
        var chunks = await ReadAsync(crawl);
        var stored = Path.Combine(_folder, "crawls");
        if (Directory.Exists(stored))
            Directory.Delete(stored, recursive: true);
        // Chunks and observer may both have the receipt of an invocation.
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
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    // Whatever its pages do, a crawl must have exactly one record for each URL.
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

/// <summary>The result of one crawl of a soak.</summary>
/// <param name="Chunks">The committed chunks.</param>
/// <param name="Receipts">The receipts of all invocations, including those of chunks that were not committed.</param>
/// <param name="Markers">The markers of all invocations that were started.</param>
/// <param name="Fault">Why the crawl failed; null if it completed or was interrupted.</param>
internal sealed record SoakCrawl(
    IReadOnlyList<SoakChunk> Chunks,
    IReadOnlyList<BrowserReceipt> Receipts,
    IReadOnlyList<string> Markers,
    string? Fault
);

/// <summary>A committed chunk of a soak's crawl.</summary>
internal sealed record SoakChunk(IReadOnlyList<BrowserReceipt> Receipts, IReadOnlyList<SoakPage> Pages);

/// <summary>The part of a page's record that the soak needs. The text is left out: it would add to the measured memory.</summary>
internal sealed record SoakPage(string Url, double DurationMs, ErrorCode? Error);
