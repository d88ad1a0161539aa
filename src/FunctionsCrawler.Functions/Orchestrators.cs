using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Orchestration;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FunctionsCrawler.Functions;

/// <summary>The orchestrator functions. Batch and recursive crawls run the same code; only their plans differ.</summary>
public static class Orchestrators
{
    /// <summary>The orchestrator of a crawl that follows no links.</summary>
    public const string Batch = "BatchCrawl";

    /// <summary>The orchestrator of a crawl that follows links.</summary>
    public const string Recursive = "RecursiveCrawl";

    /// <summary>Returns the name of the orchestrator for a crawl mode.</summary>
    public static string NameFor(CrawlMode mode) => mode == CrawlMode.Batch ? Batch : Recursive;

    /// <summary>Runs a batch crawl.</summary>
    [Function(Batch)]
    public static Task<JsonElement> RunBatchAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        DurableContext.RunAsync(context, CrawlOrchestration.Definition);

    /// <summary>Runs a recursive crawl.</summary>
    [Function(Recursive)]
    public static Task<JsonElement> RunRecursiveAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        DurableContext.RunAsync(context, CrawlOrchestration.Definition);

    /// <summary>Runs a segment of a wave.</summary>
    [Function("CrawlWave")]
    public static Task<JsonElement> RunWaveAsync([OrchestrationTrigger] TaskOrchestrationContext context) =>
        DurableContext.RunAsync(context, WaveOrchestration.Definition);
}
