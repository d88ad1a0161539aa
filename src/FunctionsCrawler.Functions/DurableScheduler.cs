using System.Text.Json;
using DurableTask.Core.Exceptions;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Orchestration;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace FunctionsCrawler.Functions;

/// <summary>Runs accepted crawls as Durable orchestrations. The instance id is the crawl's id.</summary>
internal sealed class DurableScheduler(
    DurableTaskClient client,
    IBlobStore store,
    ICrawlOwnership ownership,
    ActivityRunner activities
) : ICrawlScheduler
{
    // A payload has at most 1 KB.
    private const int MaxReason = 150;

    /// <summary>Always false: waiting crawls are rows of the task hub and take no memory.</summary>
    public bool IsFull => false;

    /// <inheritdoc/>
    public async Task ScheduleAsync(string crawlId, CancellationToken cancellationToken)
    {
        // A server beside this app may have taken it.
        if (!await ownership.TryTakeAsync(crawlId, cancellationToken).ConfigureAwait(false))
            return;
        var instance = await client
            .GetInstanceAsync(crawlId, getInputsAndOutputs: true, cancellationToken)
            .ConfigureAwait(false);
        switch (instance?.RuntimeStatus)
        {
            case OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running:
                return;
            case OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated:
                // All retries are used up, so a new run would fail again. End the crawl with the results it has.
                var end = new FinishCrawlInput(crawlId, 0, CrawlState.Failed, ReasonOf(instance));
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
            // A concurrent request for the same crawl has scheduled it.
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
        var progress = ReadProgress(instance);
        // The main orchestration counts a segment when it has ended. Each segment publishes its own progress.
        foreach (var id in CrawlOrchestration.RunningSegments(crawlId, progress))
            progress = progress.Add(
                ReadProgress(
                    await client
                        .GetInstanceAsync(id, getInputsAndOutputs: true, cancellationToken)
                        .ConfigureAwait(false)
                )
            );
        return progress;
    }

    // The status of an instance that has not set one yet is missing or null, depending on the host.
    private static CrawlProgress ReadProgress(OrchestrationMetadata? instance) =>
        instance?.SerializedCustomStatus is not null
        && instance.ReadCustomStatusAs<JsonElement>() is { ValueKind: JsonValueKind.Object } status
            ? PayloadJson.Read<CrawlProgress>(status)
            : new CrawlProgress();

    /// <summary>Does nothing: the activities poll the cancel marker themselves.</summary>
    public Task CancelAsync(string crawlId, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task PurgeAsync(string crawlId, CancellationToken cancellationToken)
    {
        var crawl = new CrawlBlobs(store, crawlId);
        var redone = await crawl
            .Store.ListAsync(crawl.Layout.Damaged, cancellationToken)
            .AnyAsync(cancellationToken)
            .ConfigureAwait(false);
        // The history of a wave whose plan is damaged stays.
        var waves = crawl.ReadWavesAsync(0, static _ => { }, cancellationToken);
        await foreach (var wave in waves.ConfigureAwait(false))
        {
            // Purging an instance does not purge its sub-orchestrations.
            foreach (
                var id in CrawlOrchestration.SubInstances(crawlId, wave.Number, wave.Plan?.LaneChunks ?? [], redone)
            )
                await client.PurgeInstanceAsync(id, cancellation: cancellationToken).ConfigureAwait(false);
        }
        await client.PurgeInstanceAsync(crawlId, cancellation: cancellationToken).ConfigureAwait(false);
    }

    private static string ReasonOf(OrchestrationMetadata instance) =>
        instance.FailureDetails?.ErrorMessage is { Length: > 0 } message
            ? message[..Math.Min(message.Length, MaxReason)]
            : $"the orchestration was {instance.RuntimeStatus.ToString().ToLowerInvariant()}";
}
