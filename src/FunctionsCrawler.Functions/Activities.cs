using System.Text.Json;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Orchestration;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Functions;

/// <summary>The activity functions. Each is cancelled by the token of its function context.</summary>
public sealed partial class Activities(
    CrawlHost host,
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
                return await host.Activities.RunAsync(name, input, token).ConfigureAwait(false);
            }
            catch (Exception e) when (Failures.KindOf(e) == FailureKind.WaitForStore)
            {
                StoreAway(name, e.Message);
                await Task.Delay(Pause, time, token).ConfigureAwait(false);
            }
            catch (Exception e) when (Failures.KindOf(e) == FailureKind.RestartWorker)
            {
                // The worker exits with a code that makes the host start a new one, and Durable retries the activity there.
                Exhausted(name, e.Message);
                lifetime.StopApplication();
                throw;
            }
        }
    }

    [LoggerMessage(2004, LogLevel.Warning, "Activity {Activity} paused until the storage is available: {Reason}")]
    private partial void StoreAway(string activity, string reason);

    [LoggerMessage(2005, LogLevel.Error, "Activity {Activity} stopped, worker restart requested: {Reason}")]
    private partial void Exhausted(string activity, string reason);
}
