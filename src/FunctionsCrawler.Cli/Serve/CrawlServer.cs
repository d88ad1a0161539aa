using System.Net.Sockets;
using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Http;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Orchestration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Cli.Serve;

/// <summary>
/// The contract over HTTP, and the crawls that it or the storage's queue bring run in this process, until a signal drains
/// it.
/// </summary>
internal sealed class CrawlServer(
    ServerStorage storage,
    CrawlWorkerOptions options,
    EmbeddedHostOptions limits,
    AccessOptions access,
    int port
)
{
    // Containers are given 30 s between SIGTERM and SIGKILL.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(20);

    // After that clients that still read are cut off.
    private static readonly TimeSpan ClientLimit = TimeSpan.FromSeconds(5);

    private static readonly string Version = typeof(CrawlServer).Assembly.GetName().Version!.ToString(3);

    private readonly TimeProvider _time = TimeProvider.System;

    /// <summary>Serves until it is told to stop.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var app = Build(out var logger);
        var observer = new WorkerObserver(logger);
        await using var worker = new CrawlWorker(storage.Store, options with { Logger = logger }, observer, _time);
        await using var host = new EmbeddedHost(worker, limits, logger);
        var crawls = new CrawlService(storage.Store, host, _time);
        var health = new ServerHealth(worker, host, Version);
        await StartAsync(app, new CrawlApi(crawls, _time), health, cancellationToken);
        var resumed = await crawls.ResumeAsync(cancellationToken);
        Console.WriteLine($"crawls are kept in {storage.Name}" + (resumed > 0 ? $"; {resumed} go on" : ""));
        Console.WriteLine($"listening on {app.Urls.Single()}" + (access.Keys.AreAsked ? "; requests need a key" : ""));

        using var stopIntake = new CancellationTokenSource();
        var intake = TakeFromQueueAsync(crawls, logger, stopIntake.Token);
        await Task.WhenAny(SignalAsync(app), host.Exhausted);
        health.IsDraining = true;
        await Console.Error.WriteLineAsync(CrawlProgram.Line("draining: what is not finished is handed back"));
        await stopIntake.CancelAsync();
        await Task.WhenAll(host.DrainAsync(DrainLimit), intake);
        await app.StopAsync(CancellationToken.None);
        return host.Exhausted.IsCompleted ? ExitCode.Restart : ExitCode.Done;
    }

    // Not the end of the web server, which waits for its clients: crawls are to be handed back at once.
    private static async Task SignalAsync(WebApplication app)
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (app.Lifetime.ApplicationStopping.Register(signalled.SetResult))
            await signalled.Task;
    }

    private WebApplication Build(out ILogger logger)
    {
        // An empty one: neither variables nor an appsettings.json that lies about decide where it listens or what it tells.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.UseUtcTimestamp = true;
            format.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
        });
        // What the web server says of each request is not news.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddRoutingCore();
        builder.Services.AddCrawlMetrics();
        builder.Services.AddCrawlAccess(access);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ClientLimit);
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(access.Address, port);
                kestrel.AddServerHeader = false;
                ConnectionLimits.Apply(kestrel.Limits);
            });
        var app = builder.Build();
        logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Crawler");
        return app;
    }

    private async Task StartAsync(
        WebApplication app,
        CrawlApi api,
        ServerHealth health,
        CancellationToken cancellationToken
    )
    {
        // Believed from this machine alone: a proxy here that ends TLS. Only the URLs in answers depend on it.
        app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedProto });
        app.UseCrawlAccess(access);
        app.MapCrawlApi(api, health.Report);
        app.MapGet(ApiRoutes.Metrics, MetricsEndpoint.Create(app.Services));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new UsageException(
                $"{access.Address}, port {port} cannot be listened on: {e.Message.TrimEnd('.')}; --listen and --port take others"
            );
        }
    }

    private Task TakeFromQueueAsync(CrawlService crawls, ILogger logger, CancellationToken stopping)
    {
        if (storage.Queue is null)
            return Task.CompletedTask;
        var acceptance = new QueueAcceptance(crawls, _time);
        return new QueueIntake(storage.Queue, AcceptAsync, new QueueIntakeOptions(), _time, logger).RunAsync(stopping);

        async Task<IntakeResult> AcceptAsync(QueueRequest request, CancellationToken cancellationToken) =>
            await acceptance.AcceptAsync(request.Id, request.Body, cancellationToken) is { } fault
                ? IntakeResult.IsMalformed(fault)
                : IntakeResult.Done;
    }
}

/// <summary>How a server is.</summary>
internal sealed class ServerHealth(CrawlWorker worker, EmbeddedHost host, string version)
{
    private volatile bool _isDraining;

    /// <summary>Whether it ends what runs, and begins nothing.</summary>
    public bool IsDraining
    {
        get => _isDraining;
        set => _isDraining = value;
    }

    /// <summary>Measures it now.</summary>
    public HealthReport Report()
    {
        var (running, waiting) = host.Load;
        return new HealthReport(
            IsDraining ? "draining" : "ok",
            version,
            WorkerHealth.Of(worker),
            new CrawlLoad(running, waiting)
        );
    }
}
