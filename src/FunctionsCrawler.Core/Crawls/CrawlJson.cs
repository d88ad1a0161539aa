using System.Text.Json;
using System.Text.Json.Serialization;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Crawls;

/// <summary>Source-generated JSON of everything a crawl stores: camelCase, nulls omitted, enums as names.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(CrawlRequest))]
[JsonSerializable(typeof(PageRequest))]
[JsonSerializable(typeof(SecretText))]
[JsonSerializable(typeof(MapRequest))]
[JsonSerializable(typeof(SiteMap))]
[JsonSerializable(typeof(StoredRequest))]
[JsonSerializable(typeof(WavePlan))]
[JsonSerializable(typeof(PlannedChunk))]
[JsonSerializable(typeof(FrontierUrl))]
[JsonSerializable(typeof(ChunkHeader))]
[JsonSerializable(typeof(PageRecord))]
[JsonSerializable(typeof(CrawlSummary))]
[JsonSerializable(typeof(PageChange))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(WebhookNotice))]
[JsonSerializable(typeof(WebhookDelivery))]
[JsonSerializable(typeof(CrawlOwner))]
[JsonSerializable(typeof(OwnerBeat))]
internal sealed partial class CrawlJson : JsonSerializerContext;
