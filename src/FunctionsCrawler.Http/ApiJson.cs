using System.Text.Json.Serialization;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Intake;

namespace FunctionsCrawler.Http;

/// <summary>How answers are written. What is stored as well (summaries, records) is written as it is stored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(AcceptedCrawl))]
[JsonSerializable(typeof(CrawlStatus))]
[JsonSerializable(typeof(CrawlList))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ApiJson : JsonSerializerContext;

/// <summary>The answer to an accepted crawl.</summary>
/// <param name="Id">Its id.</param>
/// <param name="StatusUrl">Where its status is.</param>
/// <param name="PagesUrl">Where its records are.</param>
/// <param name="CancelUrl">Where it can be cancelled.</param>
public sealed record AcceptedCrawl(string Id, string StatusUrl, string PagesUrl, string CancelUrl);

/// <summary>That a host lives, and to those it knows what it uses.</summary>
/// <param name="Status">"ok", or "draining" while it ends what runs.</param>
/// <param name="Version">The program's version; null for strangers.</param>
/// <param name="Worker">Memory and processes; null for strangers.</param>
/// <param name="Crawls">Crawls that run and that wait; null for strangers.</param>
public sealed record HealthReport(
    string Status,
    string? Version = null,
    WorkerHealth? Worker = null,
    CrawlLoad? Crawls = null
)
{
    /// <summary>That it lives, and nothing else.</summary>
    public static HealthReport Live { get; } = new("ok");
}

/// <summary>How many crawls run in a host and how many wait.</summary>
public sealed record CrawlLoad(int Running, int Waiting);
