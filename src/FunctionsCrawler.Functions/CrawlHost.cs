using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Http.Compat.Crawl4ai;
using FunctionsCrawler.Http.Compat.Firecrawl;
using FunctionsCrawler.Http.Compat.Loader;
using FunctionsCrawler.Network;
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
    private readonly ScrapeService _scrapes;
    private readonly MapService _maps;
    private readonly Crawl4aiHost _crawl4ai;

    internal CrawlHost(
        IBlobStore store,
        ICrawlOwnership ownership,
        ActivityRunner activities,
        ScrapeService scrapes,
        MapService maps,
        AddressGuard guard,
        CrawlerOptions options,
        ApiKeys keys,
        TimeProvider time
    )
    {
        (_store, _ownership, _options, _time, Activities) = (store, ownership, options, time, activities);
        (_scrapes, _maps, Keys) = (scrapes, maps, keys);
        Scrape = new ScrapeApi(scrapes, options);
        Map = new MapApi(maps);
        (Loader, Reader) = (new LoaderApi(scrapes, options), new ReaderApi(scrapes));
        _crawl4ai = new Crawl4aiHost(scrapes, guard, options, keys, time);
    }

    internal ActivityRunner Activities { get; }

    /// <summary>The handler for single pages. It needs no Durable client.</summary>
    internal ScrapeApi Scrape { get; }

    /// <summary>The handler for the URLs of a site. It needs no Durable client.</summary>
    internal MapApi Map { get; }

    /// <summary>The document loader. It needs no Durable client.</summary>
    internal LoaderApi Loader { get; }

    /// <summary>The reader. It needs no Durable client.</summary>
    internal ReaderApi Reader { get; }

    /// <summary>The keys of the compatible APIs; none if those are off.</summary>
    internal ApiKeys Keys { get; }

    /// <summary>Whether a crawl belongs to this app, as far as this worker knows.</summary>
    internal bool Owns(string crawlId) => _ownership.HasTaken(crawlId);

    /// <summary>Creates the crawl service on a Durable client.</summary>
    internal CrawlService Crawls(DurableTaskClient client) =>
        new(_store, new DurableScheduler(client, _store, _ownership, Activities), _ownership, _time);

    /// <summary>Creates the intake of the queue on a Durable client.</summary>
    internal QueueAcceptance Queue(DurableTaskClient client) => new(Crawls(client), _options, _time);

    /// <summary>Creates the HTTP handlers for crawls on a Durable client.</summary>
    internal CrawlApi Api(DurableTaskClient client) => new(Crawls(client), _options, _time);

    /// <summary>Creates the handlers of Firecrawl's API on a Durable client.</summary>
    internal FirecrawlApi Firecrawl(DurableTaskClient client) => new(Crawls(client), _scrapes, _maps, _options, _time);

    /// <summary>Creates the handlers of crawl4ai's API on a Durable client.</summary>
    internal Crawl4aiApi Crawl4ai(DurableTaskClient client) => new(_crawl4ai, Crawls(client));
}
