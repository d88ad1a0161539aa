using System.Text.Json;
using DurableTask.Core.Exceptions;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FunctionsCrawler.Functions;

/// <summary>Runs accepted crawls as Durable orchestrations, whose instance ids are the crawls' own.</summary>
internal sealed class DurableScheduler(DurableTaskClient client, IBlobStore store, ActivityRunner activities)
    : ICrawlScheduler
{
    /// <summary>Never: waiting crawls are rows of the task hub.</summary>
    public bool IsFull => false;

    /// <inheritdoc/>
    public async Task ScheduleAsync(string crawlId, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(crawlId, cancellationToken).ConfigureAwait(false);
        switch (instance?.RuntimeStatus)
        {
            case OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running:
                return;
            case OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated:
                // Every activity was retried, so it would fail again: the crawl ends with what it has.
                var end = new FinishCrawlInput(crawlId, 0, CrawlState.Failed);
                await activities
                    .RunAsync(CrawlActivities.FinishCrawl.Name, PayloadJson.Write(end), cancellationToken)
                    .ConfigureAwait(false);
                return;
        }
        var crawl = new CrawlBlobs(store, crawlId);
        var stored = await crawl.GetRequestAsync(cancellationToken).ConfigureAwait(false);
        var wave = await crawl.FindOpenWaveAsync(cancellationToken).ConfigureAwait(false);
        var input = new CrawlInput(crawlId, wave, new CrawlProgress { Wave = wave });
        try
        {
            await client
                .ScheduleNewOrchestrationInstanceAsync(
                    Orchestrators.NameFor(stored.Request.Mode),
                    PayloadJson.Write(input),
                    new StartOrchestrationOptions { InstanceId = crawlId },
                    cancellationToken
                )
                .ConfigureAwait(false);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // Whoever asked for the same crawl at the same moment has scheduled it.
        }
    }

    /// <inheritdoc/>
    public async Task<CrawlProgress?> FindProgressAsync(string crawlId, CancellationToken cancellationToken)
    {
        var instance = await client
            .GetInstanceAsync(crawlId, getInputsAndOutputs: true, cancellationToken)
            .ConfigureAwait(false);
        if (instance?.RuntimeStatus != OrchestrationRuntimeStatus.Running)
            return null;
        return instance.SerializedCustomStatus is null
            ? new CrawlProgress()
            : PayloadJson.Read<CrawlProgress>(instance.ReadCustomStatusAs<JsonElement>());
    }

    /// <summary>Nothing: planning and every chunk look at the marker by themselves.</summary>
    public Task CancelAsync(string crawlId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task PurgeAsync(string crawlId, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, crawlId);
        for (var wave = 0; await crawl.GetPlanAsync(wave, cancellationToken).ConfigureAwait(false) is { } plan; wave++)
        {
            // Purging an instance leaves the ones below it.
            foreach (var id in CrawlOrchestration.SubInstances(crawlId, wave, plan.LaneChunks))
                await client.PurgeInstanceAsync(id, cancellation: cancellationToken).ConfigureAwait(false);
        }
        await client.PurgeInstanceAsync(crawlId, cancellation: cancellationToken).ConfigureAwait(false);
    }
}
