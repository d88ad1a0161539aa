using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>What the API has once in a process.</summary>
internal sealed class Crawl4aiHost(
    ScrapeService scrapes,
    AddressGuard guard,
    CrawlerOptions options,
    ApiKeys keys,
    TimeProvider time
)
{
    public CrawlerOptions Options => options;

    public ApiKeys Keys => keys;

    public TimeProvider Time => time;

    public DateTimeOffset StartedAt { get; } = time.GetUtcNow();

    public TargetGuard Guard { get; } = new(guard);

    public PageRun Pages { get; } = new(scrapes, new InlinePage(options.PageLimits, time), options, time);

    public ArtifactCache Artifacts { get; } = new(time);

    public RouteStats Stats { get; } = new();
}
