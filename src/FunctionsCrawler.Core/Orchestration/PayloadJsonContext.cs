using System.Text.Json.Serialization;

namespace FunctionsCrawler.Orchestration;

/// <summary>Source-generated JSON of the payloads that pass between orchestrations and activities.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
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
internal sealed partial class PayloadJsonContext : JsonSerializerContext;
