using System.Text.Json;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Functions;

/// <summary>The activity functions. An activity's cancellation comes from the function's context.</summary>
public sealed partial class Activities(
    ActivityRunner runner,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<Activities> logger
)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    /// <inheritdoc cref="CrawlActivities.PlanWave"/>
    [Function("PlanWave")]
    public Task<JsonElement> PlanWaveAsync([ActivityTrigger] JsonElement input, FunctionContext context) =>
        RunAsync(input, context);

    /// <inheritdoc cref="CrawlActivities.CrawlChunk"/>
    [Function("CrawlChunk")]
    public Task<JsonElement> CrawlChunkAsync([ActivityTrigger] JsonElement input, FunctionContext context) =>
        RunAsync(input, context);

    /// <inheritdoc cref="CrawlActivities.FailChunk"/>
    [Function("FailChunk")]
    public Task<JsonElement> FailChunkAsync([ActivityTrigger] JsonElement input, FunctionContext context) =>
        RunAsync(input, context);

    /// <inheritdoc cref="CrawlActivities.FinishCrawl"/>
    [Function("FinishCrawl")]
    public Task<JsonElement> FinishCrawlAsync([ActivityTrigger] JsonElement input, FunctionContext context) =>
        RunAsync(input, context);

    /// <inheritdoc cref="CrawlActivities.NotifyWebhook"/>
    [Function("NotifyWebhook")]
    public Task<JsonElement> NotifyWebhookAsync([ActivityTrigger] JsonElement input, FunctionContext context) =>
        RunAsync(input, context);

    private async Task<JsonElement> RunAsync(JsonElement input, FunctionContext context)
    {
        var (name, token) = (context.FunctionDefinition.Name, context.CancellationToken);
        while (true)
        {
            try
            {
                return await runner.RunAsync(name, input, token).ConfigureAwait(false);
            }
            catch (StoreUnavailableException e)
            {
                // It is no fault of the chunk's pages: the crawl waits here until the store is back.
                StoreAway(name, e.Message);
                await Task.Delay(Pause, time, token).ConfigureAwait(false);
            }
            catch (WorkerExhaustedException e)
            {
                // The host starts a worker anew that has ended, and Durable tries the activity again there.
                Exhausted(name, e.Message);
                lifetime.StopApplication();
                throw;
            }
        }
    }

    [LoggerMessage(2004, LogLevel.Warning, "{Activity} waits for the storage: {Reason}")]
    private partial void StoreAway(string activity, string reason);

    [LoggerMessage(2005, LogLevel.Error, "{Activity} asks for a new worker: {Reason}")]
    private partial void Exhausted(string activity, string reason);
}
