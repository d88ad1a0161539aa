namespace FunctionsCrawler.Orchestration;

/// <summary>
/// All that orchestration code may touch: replay-safe on Durable Functions, direct on the embedded engine. Such code
/// awaits only tasks of this context and WhenAll/WhenAny over them, and never looks at a clock, at chance or at I/O.
/// </summary>
public interface IOrchestrationContext
{
    /// <summary>Runs an activity, with the engine's retries.</summary>
    /// <exception cref="ActivityFailedException">It failed each time.</exception>
    Task<TOut> CallActivityAsync<TIn, TOut>(ActivityDefinition<TIn, TOut> activity, TIn input);

    /// <summary>Runs another orchestration to its end.</summary>
    Task<TOut> CallSubOrchestrationAsync<TIn, TOut>(
        OrchestrationDefinition<TIn, TOut> orchestration,
        string instanceId,
        TIn input
    );

    /// <summary>Shows how far the crawl is; at most 4 KB as JSON.</summary>
    void SetProgress(CrawlProgress progress);

    /// <summary>Ends this generation once the orchestration returns, and begins the next one with a fresh history.</summary>
    void ContinueAsNew(CrawlInput input);
}

/// <summary>The name of an activity and the types of its payloads (at most 1 KB each as JSON).</summary>
public sealed record ActivityDefinition<TIn, TOut>(string Name);

/// <summary>An orchestration: its name and its code.</summary>
public sealed record OrchestrationDefinition<TIn, TOut>(
    string Name,
    Func<IOrchestrationContext, TIn, Task<TOut>> RunAsync
);

/// <summary>An activity failed, and again at each retry. Its reason is for people: code must not branch on it.</summary>
public sealed class ActivityFailedException(string activity, string reason, Exception? inner = null)
    : Exception($"{activity} failed: {reason}", inner);
