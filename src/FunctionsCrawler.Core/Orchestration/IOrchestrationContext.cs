using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Orchestration;

/// <summary>
/// The only API that orchestration code may use: replay-safe on Durable Functions, direct calls on the embedded engine.
/// Orchestration code awaits only tasks of this context, and WhenAll/WhenAny of them. It never uses a clock, random numbers
/// or I/O.
/// </summary>
internal interface IOrchestrationContext
{
    /// <summary>Runs an activity. The engine retries it after failures.</summary>
    /// <exception cref="ActivityFailedException">The last retry failed too.</exception>
    Task<TOut> CallActivityAsync<TIn, TOut>(ActivityDefinition<TIn, TOut> activity, TIn input);

    /// <summary>Runs another orchestration and returns its result.</summary>
    Task<TOut> CallSubOrchestrationAsync<TIn, TOut>(
        OrchestrationDefinition<TIn, TOut> orchestration,
        string instanceId,
        TIn input
    );

    /// <summary>
    /// Publishes the progress of this orchestration: at most 4 KB as JSON. A sub-orchestration counts only its own records.
    /// </summary>
    void SetProgress(CrawlProgress progress);

    /// <summary>Waits without occupying a worker.</summary>
    Task DelayAsync(TimeSpan delay);

    /// <summary>Starts the next generation with an empty history as soon as the orchestration returns.</summary>
    void ContinueAsNew(CrawlInput input);
}

/// <summary>The name of an activity and the types of its payloads. Each payload has at most 1 KB as JSON.</summary>
internal sealed record ActivityDefinition<TIn, TOut>(string Name);

/// <summary>The name and the code of an orchestration.</summary>
internal sealed record OrchestrationDefinition<TIn, TOut>(
    string Name,
    Func<IOrchestrationContext, TIn, Task<TOut>> RunAsync
);

/// <summary>
/// An activity failed, and so did its retries. Orchestration code must not branch on the reason: it is for humans only.
/// </summary>
internal sealed class ActivityFailedException(string activity, string reason, Exception? inner = null)
    : Exception($"{activity} failed: {reason}", inner);
