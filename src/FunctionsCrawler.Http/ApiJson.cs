using System.Text.Json.Serialization;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Http;

/// <summary>
/// Source-generated JSON of responses. Summaries and records are written as they are stored, by <see cref="Crawls.CrawlJson"/>.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(AcceptedCrawl))]
[JsonSerializable(typeof(CrawlStatus))]
[JsonSerializable(typeof(CrawlList))]
[JsonSerializable(typeof(HealthReport))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ApiJson : JsonSerializerContext;

/// <summary>The response for an accepted crawl.</summary>
/// <param name="Id">The crawl's id.</param>
/// <param name="StatusUrl">The URL of the crawl's status.</param>
/// <param name="PagesUrl">The URL of the crawl's records.</param>
/// <param name="CancelUrl">The URL that cancels the crawl by POST.</param>
internal sealed record AcceptedCrawl(string Id, string StatusUrl, string PagesUrl, string CancelUrl);

/// <summary>The health of a host. Requests without a required key get only the status.</summary>
/// <param name="Status">"ok", or "draining" while the host shuts down.</param>
/// <param name="Version">The version of the program; null without a required key.</param>
/// <param name="Worker">Memory and processes; null without a required key.</param>
/// <param name="Crawls">The number of running and waiting crawls; null without a required key.</param>
internal sealed record HealthReport(
    string Status,
    string? Version = null,
    WorkerHealth? Worker = null,
    CrawlLoad? Crawls = null
)
{
    /// <summary>The report for requests without a key: status "ok" and nothing else.</summary>
    public static HealthReport Live { get; } = new("ok");
}

/// <summary>The number of running and waiting crawls of a host.</summary>
internal sealed record CrawlLoad(int Running, int Waiting);
