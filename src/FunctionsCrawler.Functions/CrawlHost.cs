using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Http;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Orchestration;
using Microsoft.DurableTask.Client;

namespace FunctionsCrawler.Functions;

/// <summary>What the triggers call, made anew for each Durable client that the host hands them.</summary>
public sealed class CrawlHost(CrawlWorker worker, ActivityRunner activities, TimeProvider time)
{
    private static readonly string Version = typeof(CrawlHost).Assembly.GetName().Version!.ToString(3);

    /// <summary>The crawls.</summary>
    public CrawlService Crawls(DurableTaskClient client) =>
        new(worker.Store, new DurableScheduler(client, worker.Store, activities), time);

    /// <summary>The HTTP contract.</summary>
    public CrawlApi Api(DurableTaskClient client) => new(Crawls(client), Health, time);

    /// <summary>How this worker is. What waits is the task hub's to know.</summary>
    public HealthReport Health() => new("ok", Version, WorkerHealth.Of(worker), null);
}
