using System.Text.Json;

namespace FunctionsCrawler.Orchestration;

/// <summary>Runs the activities of a crawl, once each time it is asked: retries are the engine's.</summary>
public sealed class ActivityRunner
{
    private readonly Dictionary<string, Func<JsonElement, CancellationToken, Task<JsonElement>>> _activities = new(
        StringComparer.Ordinal
    );

    /// <summary>The activities of one worker.</summary>
    public ActivityRunner(CrawlWorker worker)
    {
        ArgumentNullException.ThrowIfNull(worker);
        Add(CrawlActivities.PlanWave, new PlanWaveActivity(worker.Store, worker.Time).RunAsync);
        Add(CrawlActivities.CrawlChunk, new CrawlChunkActivity(worker).RunAsync);
        Add(CrawlActivities.FailChunk, new FailChunkActivity(worker).RunAsync);
        Add(CrawlActivities.FinishCrawl, new FinishCrawlActivity(worker.Store, worker.Time).RunAsync);
        Add(CrawlActivities.NotifyWebhook, new NotifyWebhookActivity(worker).RunAsync);
    }

    /// <summary>Runs an activity.</summary>
    /// <param name="activity">Its name.</param>
    /// <param name="input">Its payload.</param>
    /// <param name="cancellationToken">Stops it at once; nothing is committed then.</param>
    public Task<JsonElement> RunAsync(string activity, JsonElement input, CancellationToken cancellationToken) =>
        _activities[activity](input, cancellationToken);

    private void Add<TIn, TOut>(ActivityDefinition<TIn, TOut> activity, Func<TIn, CancellationToken, Task<TOut>> run) =>
        _activities.Add(
            activity.Name,
            async (input, token) =>
                PayloadJson.Write(await run(PayloadJson.Read<TIn>(input), token).ConfigureAwait(false))
        );
}
