using System.Net.Sockets;
using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Http.Compat;
using FunctionsCrawler.Http.Mcp;
using FunctionsCrawler.Memory;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Cli.Serve;

/// <summary>
/// Serves the HTTP contract and runs the crawls in this process, those from the storage's queue too. A signal drains it.
/// </summary>
internal sealed class CrawlServer(ServerStorage storage, CrawlerOptions options, AccessOptions access, int port)
{
    // Containers usually get 30 s between SIGTERM and SIGKILL.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(20);

    // Then connections of clients that are still reading are closed.
    private static readonly TimeSpan ClientLimit = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time = TimeProvider.System;

    private bool IsOpenToOtherClients => access.Mounts.Count > 0;

    /// <summary>Serves until it is stopped or the process has no memory left for browsers.</summary>
    /// <param name="stop">Cancelled by the signals that end the server.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="OperationCanceledException">It was stopped before it listened.</exception>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        await using var app = Build(out var logger);
        await using var stopping = stop.Register(app.Lifetime.StopApplication);
        var host = app.Services.GetRequiredService<EmbeddedHost>();
        var crawls = app.Services.GetRequiredService<CrawlService>();
        var health = ActivatorUtilities.CreateInstance<ServerHealth>(app.Services);
        // Launches the spare browsers now, not at the first request.
        _ = app.Services.GetRequiredService<SpareBrowsers>();
        await StartAsync(app, crawls, health);
        var resumed = await crawls.ResumeAsync(CancellationToken.None);
        Console.WriteLine(
            $"crawls are stored in {storage.Name}" + (resumed > 0 ? $"; {Plural.Of(resumed, "crawl")} resumed" : "")
        );
        Console.WriteLine(
            $"listening on {app.Urls.Single()}" + (access.Keys.AreRequired ? "; requests need a key" : "")
        );

        using var stopIntake = new CancellationTokenSource();
        var intake = TakeFromQueueAsync(crawls, logger, stopIntake.Token);
        var takeover = storage.IsShared
            ? new CrawlTakeover(crawls, host, _time, logger).RunAsync(stopIntake.Token)
            : Task.CompletedTask;
        await Task.WhenAny(SignalAsync(app), host.Exhausted);
        health.IsDraining = true;
        await ErrorLine.WriteAsync("stopping; unfinished pages are handed back");
        await stopIntake.CancelAsync();
        await Task.WhenAll(host.DrainAsync(DrainLimit), intake, takeover);
        await app.StopAsync(CancellationToken.None);
        return host.Exhausted.IsCompleted ? ExitCode.Restart : ExitCode.Done;
    }

    // Returns when the signal arrives, not when the web server has stopped: that waits for clients, but crawls must be handed
    // back immediately.
    private static async Task SignalAsync(WebApplication app)
    {
        var signalled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (app.Lifetime.ApplicationStopping.Register(signalled.SetResult))
            await signalled.Task;
    }

    private WebApplication Build(out ILogger logger)
    {
        // The empty builder ignores ASPNETCORE_ variables and any appsettings.json, which could change address or logging.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.UseUtcTimestamp = true;
            format.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
        });
        // ASP.NET Core logs several lines per request.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddSingleton(storage.Store);
        if (storage.IsShared)
            builder.Services.AddSingleton<ICrawlOwnership>(s =>
                LeasedOwnership.OfThisProcess(storage.Store, s.GetRequiredService<TimeProvider>())
            );
        builder.Services.AddSingleton(options);
        builder.Services.AddCrawlerCore().AddEmbeddedHost();
        builder.Services.AddRoutingCore();
        builder.Services.AddCrawlMetrics();
        builder.Services.AddCrawlAccess(access);
        if (IsOpenToOtherClients)
            builder.Services.AddCrawlMcp();
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
        logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(CrawlerServices.LogCategory);
        return app;
    }

    private async Task StartAsync(WebApplication app, CrawlService crawls, ServerHealth health)
    {
        // For a proxy on this machine that terminates TLS; by default only loopback is trusted. Only URLs in responses depend
        // on it.
        app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedProto });
        app.UseWebSockets();
        app.UseCrawlAccess(access);
        app.MapCrawlApi(
            new CrawlApi(crawls, options, _time),
            new ScrapeApi(app.Services.GetRequiredService<ScrapeService>(), options),
            new MapApi(app.Services.GetRequiredService<MapService>()),
            health.Report
        );
        if (IsOpenToOtherClients)
        {
            app.MapCompatApis(crawls, access.Keys, app.Services);
            app.MapCrawlMcp();
        }
        app.MapGet(ApiRoutes.Metrics, MetricsEndpoint.Create(app.Services));
        try
        {
            await app.StartAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new UsageException(
                $"cannot listen on {access.Address}, port {port}: {e.Message.TrimEnd('.')}; change --listen or --port"
            );
        }
    }

    private Task TakeFromQueueAsync(CrawlService crawls, ILogger logger, CancellationToken stopping)
    {
        if (storage.Queue is null)
            return Task.CompletedTask;
        var acceptance = new QueueAcceptance(crawls, options, _time);
        return new QueueIntake(storage.Queue, AcceptAsync, new QueueIntakeOptions(), _time, logger).RunAsync(stopping);

        async Task<IntakeResult> AcceptAsync(QueueRequest request, CancellationToken cancellationToken) =>
            await acceptance.AcceptAsync(request.Id, request.Body, cancellationToken) is { } fault
                ? IntakeResult.IsMalformed(fault)
                : IntakeResult.Done;
    }
}

/// <summary>The health of a server.</summary>
internal sealed class ServerHealth(MemoryGovernor governor, Lazy<LaunchSettings> browsers, EmbeddedHost host)
{
    private volatile bool _isDraining;

    /// <summary>Whether the server finishes running work and starts nothing new.</summary>
    public bool IsDraining
    {
        get => _isDraining;
        set => _isDraining = value;
    }

    /// <summary>Measures memory and load now.</summary>
    public HealthReport Report()
    {
        var (running, waiting) = host.Load;
        return new HealthReport(
            IsDraining ? "draining" : "ok",
            CrawlerVersion.Package,
            WorkerHealth.Measure(governor, browsers.Value.Sandbox),
            new CrawlLoad(running, waiting)
        );
    }
}
