using System.Text.Json;
using System.Text.Json.Serialization;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Storage;

/// <summary>How everything that is stored or passed between activities is written as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(CrawlRequest))]
[JsonSerializable(typeof(StoredRequest))]
[JsonSerializable(typeof(WavePlan))]
[JsonSerializable(typeof(PlannedChunk))]
[JsonSerializable(typeof(FrontierUrl))]
[JsonSerializable(typeof(ChunkHeader))]
[JsonSerializable(typeof(PageRecord))]
[JsonSerializable(typeof(CrawlSummary))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(CrawlInput))]
[JsonSerializable(typeof(PlanWaveInput))]
[JsonSerializable(typeof(PlanWaveOutput))]
[JsonSerializable(typeof(WaveSegmentInput))]
[JsonSerializable(typeof(CrawlChunkInput))]
[JsonSerializable(typeof(FailChunkInput))]
[JsonSerializable(typeof(CrawlChunkOutput))]
[JsonSerializable(typeof(FinishCrawlInput))]
[JsonSerializable(typeof(FinishCrawlOutput))]
[JsonSerializable(typeof(NotifyWebhookInput))]
[JsonSerializable(typeof(NotifyWebhookOutput))]
[JsonSerializable(typeof(WebhookNotice))]
[JsonSerializable(typeof(WebhookDelivery))]
public sealed partial class CrawlJson : JsonSerializerContext;

/// <summary>A request as it is stored at acceptance (request.json).</summary>
/// <param name="Request">What was asked.</param>
/// <param name="AcceptedAt">When.</param>
/// <param name="V">The version of the crawl's layout.</param>
public sealed record StoredRequest(
    CrawlRequest Request,
    DateTimeOffset AcceptedAt,
    int V = StoredRequest.CurrentVersion
)
{
    /// <summary>The version this code reads and writes.</summary>
    public const int CurrentVersion = 1;
}
