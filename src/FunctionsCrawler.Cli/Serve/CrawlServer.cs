using System.Net;
using System.Reflection;
using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Http;
using FunctionsCrawler.Intake;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Cli.Serve;

/// <summary>The contract over HTTP, and the crawls it accepts run in this process, until a signal drains it.</summary>
internal sealed class CrawlServer(IBlobStore store, CrawlWorkerOptions options, EmbeddedHostOptions limits, int port)
{
    // Containers are given 30 s between SIGTERM and SIGKILL.
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(20);

    private static readonly string Version = typeof(CrawlServer).Assembly.GetName().Version!.ToString(3);

    /// <summary>Serves until it is told to stop.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await using var app = Build(out var logger);
        var time = TimeProvider.System;
        await using var worker = new CrawlWorker(
            store,
            options with
            {
                Logger = logger,
            },
            new ServerObserver(logger),
            time
        );
        await using var host = new EmbeddedHost(worker, limits, logger);
        var crawls = new CrawlService(store, host, time);
        var draining = false;
        app.UseProblemsForEmptyErrors();
        app.MapCrawlApi(new CrawlApi(crawls, Health, time));
        app.MapGet(ApiRoutes.Metrics, MetricsEndpoint.Create(app.Services));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new UsageException(
                $"port {port} cannot be listened on: {e.Message.TrimEnd('.')}; --port takes another"
            );
        }
        var resumed = await crawls.ResumeAsync(cancellationToken);
        Console.WriteLine($"listening on {app.Urls.Single()}" + (resumed > 0 ? $"; {resumed} crawls go on" : ""));
        var stopped = app.WaitForShutdownAsync(CancellationToken.None);
        await Task.WhenAny(stopped, host.Exhausted);
        draining = true;
        await Console.Error.WriteLineAsync(CrawlProgram.Line("draining: what is not finished is handed back"));
        await host.DrainAsync(DrainLimit);
        await app.StopAsync(CancellationToken.None);
        return host.Exhausted.IsCompleted ? ExitCode.Restart : ExitCode.Done;

        HealthReport Health()
        {
            var (running, waiting) = host.Load;
            return new HealthReport(
                draining ? "draining" : "ok",
                Version,
                WorkerHealth.Of(worker),
                new CrawlLoad(running, waiting)
            );
        }
    }

    private WebApplication Build(out ILogger logger)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.UseUtcTimestamp = true;
            format.TimestampFormat = "yyyy-MM-ddTHH:mm:ssZ ";
        });
        // What the web server says of each request is not news.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddCrawlMetrics();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.AddServerHeader = false;
        });
        var app = builder.Build();
        logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Crawler");
        return app;
    }
}
