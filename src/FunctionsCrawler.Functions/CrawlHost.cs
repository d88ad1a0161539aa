using FunctionsCrawler.Http;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Orchestration;
using Microsoft.DurableTask.Client;

namespace FunctionsCrawler.Functions;

/// <summary>What the triggers call, made anew for each Durable client that the host hands them.</summary>
public sealed class CrawlHost(CrawlWorker worker, ActivityRunner activities, TimeProvider time)
{
    /// <summary>The crawls.</summary>
    public CrawlService Crawls(DurableTaskClient client) =>
        new(worker.Store, new DurableScheduler(client, worker.Store, activities), time);

    /// <summary>The HTTP contract.</summary>
    public CrawlApi Api(DurableTaskClient client) => new(Crawls(client), time);
}
