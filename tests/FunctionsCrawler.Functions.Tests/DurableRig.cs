using System.Net.Sockets;
using System.Text.Json;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Functions.Tests;

/// <summary>The orchestrator functions on a Durable engine in this process; the activities are Core's own.</summary>
internal sealed class DurableRig : IAsyncDisposable
{
    private readonly CrawlWorker _worker;
    private readonly DurableTaskTestHost _host;

    private DurableRig(CrawlWorker worker, DurableTaskTestHost host, ActivityRunner activities)
    {
        (_worker, _host) = (worker, host);
        Crawls = new CrawlService(
            worker.Store,
            new DurableScheduler(host.Client, worker.Store, activities),
            TimeProvider.System
        );
    }

    /// <summary>The crawls, as the triggers see them.</summary>
    public CrawlService Crawls { get; }

    /// <summary>The engine's client.</summary>
    public DurableTaskClient Client => _host.Client;

    public static async Task<DurableRig> StartAsync(IBlobStore store)
    {
        var worker = CrawlRig.Worker(store);
        var runner = new ActivityRunner(worker);
        return new DurableRig(worker, await StartHostAsync(runner), runner);
    }

    private static async Task<DurableTaskTestHost> StartHostAsync(ActivityRunner runner)
    {
        var options = new DurableTaskTestHostOptions { LoggerFactory = NullLoggerFactory.Instance };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await DurableTaskTestHost.StartAsync(registry => Register(registry, runner), options);
            }
            catch (IOException e) when (attempt < 5 && IsTaken(e))
            {
                // It draws its port by lot, and somebody else listens there.
            }
        }
    }

    private static bool IsTaken(IOException fault) =>
        fault.GetBaseException() is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse };

    private static void Register(DurableTaskRegistry registry, ActivityRunner runner)
    {
        registry.AddOrchestratorFunc<JsonElement, JsonElement>(
            Orchestrators.Batch,
            (context, _) => Orchestrators.RunBatchAsync(context)
        );
        registry.AddOrchestratorFunc<JsonElement, JsonElement>(
            Orchestrators.Recursive,
            (context, _) => Orchestrators.RunRecursiveAsync(context)
        );
        registry.AddOrchestratorFunc<JsonElement, JsonElement>(
            "CrawlWave",
            (context, _) => Orchestrators.RunWaveAsync(context)
        );
        foreach (var name in (string[])["PlanWave", "CrawlChunk", "FailChunk", "FinishCrawl", "NotifyWebhook"])
            registry.AddActivityFunc<JsonElement, JsonElement>(
                name,
                (_, input) => runner.RunAsync(name, input, CancellationToken.None)
            );
    }

    /// <summary>Waits until a crawl has ended.</summary>
    public async Task<CrawlStatus> EndAsync(string id)
    {
        while (true)
        {
            var status = (await Crawls.FindAsync(id, TestContext.Current.CancellationToken))!;
            if (status.HasEnded)
                return status;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _worker.DisposeAsync();
    }
}
