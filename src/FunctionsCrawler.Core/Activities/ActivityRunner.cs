using System.Text.Json;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Orchestration;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Activities;

/// <summary>
/// Runs activities by name, without retries: those are up to the engine. An activity that finds a damaged blob of a wave has it
/// moved aside, and its result sends the crawl back to that wave.
/// </summary>
internal sealed partial class ActivityRunner
{
    private static readonly PageCounts None = new();

    private readonly IBlobStore _store;
    private readonly ILogger _logger;
    private readonly Dictionary<string, Func<JsonElement, CancellationToken, Task<JsonElement>>> _activities = new(
        StringComparer.Ordinal
    );

    public ActivityRunner(
        PlanWaveActivity planWave,
        CrawlChunkActivity crawlChunk,
        FailChunkActivity failChunk,
        FinishCrawlActivity finishCrawl,
        NotifyWebhookActivity notifyWebhook,
        IBlobStore store,
        ILogger logger
    )
    {
        (_store, _logger) = (store, logger);
        Add(
            CrawlActivities.PlanWave,
            Repairing<PlanWaveInput, PlanWaveOutput>(
                planWave.RunAsync,
                input => input.CrawlId,
                redo => new PlanWaveOutput(PlanState.Redo, 0, [], 0, None, redo)
            )
        );
        Add(CrawlActivities.CrawlChunk, Repairing<CrawlChunkInput>(crawlChunk.RunAsync, input => input.CrawlId));
        Add(CrawlActivities.FailChunk, Repairing<FailChunkInput>(failChunk.RunAsync, input => input.CrawlId));
        Add(
            CrawlActivities.FinishCrawl,
            Repairing<FinishCrawlInput, FinishCrawlOutput>(
                finishCrawl.RunAsync,
                input => input.CrawlId,
                redo => new FinishCrawlOutput(CrawlState.Completed, None, Redo: redo)
            )
        );
        Add(CrawlActivities.NotifyWebhook, notifyWebhook.RunAsync);
    }

    /// <summary>Runs an activity once.</summary>
    /// <param name="activity">The name of the activity.</param>
    /// <param name="input">The payload.</param>
    /// <param name="cancellationToken">Stops the activity at once. Nothing is committed then.</param>
    public Task<JsonElement> RunAsync(string activity, JsonElement input, CancellationToken cancellationToken) =>
        _activities[activity](input, cancellationToken);

    private void Add<TIn, TOut>(ActivityDefinition<TIn, TOut> activity, Func<TIn, CancellationToken, Task<TOut>> run) =>
        _activities.Add(
            activity.Name,
            async (input, token) =>
                PayloadJson.Write(await run(PayloadJson.Read<TIn>(input), token).ConfigureAwait(false))
        );

    private Func<TIn, CancellationToken, Task<CrawlChunkOutput>> Repairing<TIn>(
        Func<TIn, CancellationToken, Task<CrawlChunkOutput>> run,
        Func<TIn, string> idOf
    ) => Repairing(run, idOf, redo => new CrawlChunkOutput(None, 0, Cancelled: false, redo));

    private Func<TIn, CancellationToken, Task<TOut>> Repairing<TIn, TOut>(
        Func<TIn, CancellationToken, Task<TOut>> run,
        Func<TIn, string> idOf,
        Func<WaveRedo, TOut> redo
    ) =>
        async (input, token) =>
        {
            try
            {
                return await run(input, token).ConfigureAwait(false);
            }
            catch (DamagedBlobException e)
            {
                var crawl = new CrawlBlobs(_store, idOf(input));
                if (await crawl.TryRepairAsync(e, token).ConfigureAwait(false) is not { } wave)
                    throw;
                Repaired(_logger, crawl.CrawlId, wave, e.Message);
                return redo(new WaveRedo(wave, $"{e.Name} was {(e.IsMissing ? "missing" : "damaged")}"));
            }
        };

    [LoggerMessage(1106, LogLevel.Warning, "Crawl {CrawlId} continues from wave {Wave} again: {Reason}")]
    private static partial void Repaired(ILogger logger, string crawlId, int wave, string reason);
}
