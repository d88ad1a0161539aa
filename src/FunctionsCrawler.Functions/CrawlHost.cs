using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http;
using Microsoft.DurableTask.Client;

namespace FunctionsCrawler.Functions;

/// <summary>
/// Combines the services of the process with the Durable client that the host passes to each trigger. Public because function
/// classes are public and take it as a parameter; it has no public members.
/// </summary>
public sealed class CrawlHost
{
    /// <summary>The chunks that a worker crawls at the same time. More work makes the platform add workers.</summary>
    internal const int DefaultMaxChunks = 2;

    private readonly IBlobStore _store;
    private readonly ICrawlOwnership _ownership;
    private readonly CrawlerOptions _options;
    private readonly TimeProvider _time;

    internal CrawlHost(
        IBlobStore store,
        ICrawlOwnership ownership,
        ActivityRunner activities,
        ScrapeService scrapes,
        MapService maps,
        CrawlerOptions options,
        TimeProvider time
    )
    {
        (_store, _ownership, _options, _time, Activities) = (store, ownership, options, time, activities);
        Scrape = new ScrapeApi(scrapes, options);
        Map = new MapApi(maps);
    }

    internal ActivityRunner Activities { get; }

    /// <summary>The handler for single pages. It needs no Durable client.</summary>
    internal ScrapeApi Scrape { get; }

    /// <summary>The handler for the URLs of a site. It needs no Durable client.</summary>
    internal MapApi Map { get; }

    /// <summary>Whether a crawl belongs to this app, as far as this worker knows.</summary>
    internal bool Owns(string crawlId) => _ownership.HasTaken(crawlId);

    /// <summary>Creates the crawl service on a Durable client.</summary>
    internal CrawlService Crawls(DurableTaskClient client) =>
        new(_store, new DurableScheduler(client, _store, _ownership, Activities), _ownership, _time);

    /// <summary>Creates the intake of the queue on a Durable client.</summary>
    internal QueueAcceptance Queue(DurableTaskClient client) => new(Crawls(client), _options, _time);

    /// <summary>Creates the HTTP handlers for crawls on a Durable client.</summary>
    internal CrawlApi Api(DurableTaskClient client) => new(Crawls(client), _options, _time);
}
