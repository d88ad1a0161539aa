using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Benchmarks.Scale;

/// <summary>A crawl of a <see cref="SyntheticSite"/>: planned, committed and finished by the real code, fetched by none.</summary>
internal sealed class SimulatedCrawl(IBlobStore store, SyntheticSite site, CrawlRequest request)
{
    private const int Writers = 8;

    private readonly CountingStore _store = new(store);

    /// <summary>Runs the crawl, and returns what each wave cost. The last one is the end of the crawl.</summary>
    public async IAsyncEnumerable<WaveCost> RunAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        const string id = "simulated";
        var crawl = new CrawlBlobs(_store, id);
        await crawl.AcceptAsync(new StoredRequest(request, TimeProvider.System.GetUtcNow()), cancellationToken);
        var planner = new PlanWaveActivity(_store, new SoleOwnership(), TimeProvider.System);
        await using var memory = new MemoryPeak();
        for (var wave = 0; ; wave++)
        {
            memory.Take();
            var (began, before, cpu) = (TimeProvider.System.GetTimestamp(), _store.Counts, CpuSeconds());
            var output = await planner.RunAsync(new PlanWaveInput(id, wave), cancellationToken);
            var (planning, peak) = (TimeProvider.System.GetElapsedTime(began), memory.Take());
            cpu = CpuSeconds() - cpu;
            var plan = await crawl.RequirePlanAsync(wave, cancellationToken);
            var cost = new WaveCost(wave, plan.Planned, plan.Waiting, plan.Pages.Total)
            {
                PlanSeconds = planning.TotalSeconds,
                PlanCpuSeconds = cpu,
                PlanReads = (_store.Counts - before).Reads,
                PlanWrites = (_store.Counts - before).Writes,
                PlanBytes = (_store.Counts - before).BytesWritten,
                HeapMb = peak.HeapMb,
                WorkingSetMb = peak.WorkingSetMb,
                Chunks = plan.LaneChunks.Sum(),
            };
            if (output.State == PlanState.Done)
            {
                var finish = new FinishCrawlActivity(_store, new SoleOwnership(), TimeProvider.System);
                began = TimeProvider.System.GetTimestamp();
                await finish.RunAsync(new FinishCrawlInput(id, wave, CrawlState.Completed, null), cancellationToken);
                yield return cost with
                {
                    ChunkSeconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds,
                    HeapMb = memory.Take().HeapMb,
                    Transactions = _store.Counts,
                };
                yield break;
            }
            began = TimeProvider.System.GetTimestamp();
            await CrawlAsync(crawl, wave, plan, cancellationToken);
            yield return cost with
            {
                ChunkSeconds = TimeProvider.System.GetElapsedTime(began).TotalSeconds,
                Transactions = _store.Counts,
            };
        }
    }

    private static double CpuSeconds() => Environment.CpuUsage.TotalTime.TotalSeconds;

    private Task CrawlAsync(CrawlBlobs crawl, int wave, WavePlan plan, CancellationToken cancellationToken) =>
        Parallel.ForAsync(
            0,
            plan.LaneChunks.Sum(),
            new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancellationToken },
            async (chunk, token) =>
            {
                var input = await crawl.GetInputAsync(plan, chunk, token);
                var (header, records) = site.Visit(input);
                if (!await crawl.MayCommitAsync(plan, wave, token))
                    throw new InvalidOperationException("The crawl has ended while it was running.");
                await crawl.CommitChunkAsync(wave, chunk, header, records, token);
            }
        );
}

/// <summary>What a wave of a <see cref="SimulatedCrawl"/> cost.</summary>
/// <param name="Wave">The number of the wave.</param>
/// <param name="Planned">The URLs of the wave.</param>
/// <param name="Waiting">The URLs that wait for a later wave.</param>
/// <param name="Pages">The pages of all earlier waves.</param>
internal sealed record WaveCost(int Wave, int Planned, int Waiting, int Pages)
{
    /// <summary>How long planning took.</summary>
    public double PlanSeconds { get; init; }

    /// <summary>The processor time of planning on all cores. It says more than the time on a machine that does other work.</summary>
    public double PlanCpuSeconds { get; init; }

    /// <summary>The blobs that planning read.</summary>
    public long PlanReads { get; init; }

    /// <summary>The blobs that planning wrote.</summary>
    public long PlanWrites { get; init; }

    /// <summary>The bytes that planning wrote.</summary>
    public long PlanBytes { get; init; }

    /// <summary>The highest managed heap during planning, garbage included, in MB.</summary>
    public double HeapMb { get; init; }

    /// <summary>The highest working set during planning, in MB.</summary>
    public double WorkingSetMb { get; init; }

    /// <summary>The number of chunks.</summary>
    public int Chunks { get; init; }

    /// <summary>How long simulating the chunks took; for the last wave, finishing the crawl.</summary>
    public double ChunkSeconds { get; init; }

    /// <summary>All requests to the store up to the end of the wave.</summary>
    public StoreCounts Transactions { get; init; }
}
