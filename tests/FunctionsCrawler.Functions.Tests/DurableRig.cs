using System.Net.Sockets;
using System.Text.Json;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using Grpc.Core.Interceptors;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Testing;
using Microsoft.DurableTask.Worker.Grpc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Functions.Tests;

/// <summary>Runs the orchestrator functions on an in-process Durable engine, with Core's activities.</summary>
internal sealed class DurableRig : IAsyncDisposable
{
    private readonly WorkerRig _worker;
    private readonly DurableTaskTestHost _host;

    // The engine's web server logs each call to the console and does not use the logger factory of the options: 22,000 lines
    // in a run of these tests.
    static DurableRig() => Environment.SetEnvironmentVariable("Logging__LogLevel__Default", "Warning");

    private DurableRig(WorkerRig worker, DurableTaskTestHost host, ActivityRunner activities)
    {
        (_worker, _host) = (worker, host);
        Crawls = new CrawlService(
            worker.Store,
            new DurableScheduler(host.Client, worker.Store, worker.Get<ICrawlOwnership>(), activities),
            worker.Get<ICrawlOwnership>(),
            TimeProvider.System
        );
    }

    /// <summary>The crawl service that the triggers use.</summary>
    public CrawlService Crawls { get; }

    /// <summary>The client of the engine.</summary>
    public DurableTaskClient Client => _host.Client;

    /// <param name="store">The store of the crawls.</param>
    /// <param name="listener">Intercepts the gRPC calls between the engine and its worker.</param>
    public static Task<DurableRig> StartAsync(IBlobStore store, Interceptor? listener = null) =>
        StartAsync(CrawlRig.Worker(store), listener);

    /// <summary>Starts an engine whose worker may share its store with others.</summary>
    public static async Task<DurableRig> StartAsync(WorkerRig worker, Interceptor? listener = null)
    {
        var runner = worker.Get<ActivityRunner>();
        return new DurableRig(worker, await StartHostAsync(runner, listener), runner);
    }

    private static async Task<DurableTaskTestHost> StartHostAsync(ActivityRunner runner, Interceptor? listener)
    {
        var options = new DurableTaskTestHostOptions { LoggerFactory = NullLoggerFactory.Instance };
        if (listener is not null)
            options.ConfigureServices = services =>
                services.PostConfigureAll<GrpcDurableTaskWorkerOptions>(worker => worker.Interceptors.Add(listener));
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await DurableTaskTestHost.StartAsync(registry => Register(registry, runner), options);
            }
            catch (IOException e) when (attempt < 5 && IsPortInUse(e))
            {
                // The host picks a random port, which is already in use. Try again.
            }
        }
    }

    private static bool IsPortInUse(IOException fault) =>
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
    public async Task<CrawlStatus> WaitUntilEndedAsync(string id)
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
