using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Orchestration;
using Microsoft.DurableTask;

namespace FunctionsCrawler.Functions;

/// <summary>
/// Core's orchestration context on Durable Functions. Payloads are passed as JSON elements that Core wrote, so the serialisers
/// of the host and the worker do not affect them.
/// </summary>
internal sealed class DurableContext(TaskOrchestrationContext context) : IOrchestrationContext
{
    private static readonly TaskOptions Retries = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 3, firstRetryInterval: TimeSpan.FromSeconds(5), backoffCoefficient: 2)
    );

    /// <summary>Runs one of Core's orchestrations as an orchestrator function.</summary>
    public static async Task<JsonElement> RunAsync<TIn, TOut>(
        TaskOrchestrationContext context,
        OrchestrationDefinition<TIn, TOut> orchestration
    )
    {
        var input = PayloadJson.Read<TIn>(context.GetInput<JsonElement>());
        return PayloadJson.Write(await orchestration.RunAsync(new DurableContext(context), input));
    }

    /// <inheritdoc/>
    public Task<TOut> CallActivityAsync<TIn, TOut>(ActivityDefinition<TIn, TOut> activity, TIn input) =>
        ReadAsync<TOut>(
            activity.Name,
            context.CallActivityAsync<JsonElement>(activity.Name, PayloadJson.Write(input), Retries)
        );

    /// <inheritdoc/>
    public Task<TOut> CallSubOrchestrationAsync<TIn, TOut>(
        OrchestrationDefinition<TIn, TOut> orchestration,
        string instanceId,
        TIn input
    ) =>
        ReadAsync<TOut>(
            orchestration.Name,
            context.CallSubOrchestratorAsync<JsonElement>(
                orchestration.Name,
                PayloadJson.Write(input),
                new SubOrchestrationOptions { InstanceId = instanceId }
            )
        );

    /// <inheritdoc/>
    public void SetProgress(CrawlProgress progress) => context.SetCustomStatus(PayloadJson.Write(progress));

    /// <inheritdoc/>
    public Task DelayAsync(TimeSpan delay) => context.CreateTimer(delay, CancellationToken.None);

    /// <inheritdoc/>
    public void ContinueAsNew(CrawlInput input) => context.ContinueAsNew(PayloadJson.Write(input));

    private static async Task<T> ReadAsync<T>(string name, Task<JsonElement> call)
    {
        try
        {
            return PayloadJson.Read<T>(await call);
        }
        catch (TaskFailedException e)
        {
            throw new ActivityFailedException(name, e.FailureDetails.ErrorMessage, e);
        }
    }
}
