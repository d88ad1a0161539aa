using FunctionsCrawler;
using FunctionsCrawler.Activities;
using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Functions;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http;
using FunctionsCrawler.Network;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The Functions host does not accept larger request bodies.
const long HostBodyLimit = 100L << 20;

// After this exit code the host fails what this worker had in progress, which Durable retries, and starts a new worker. After
// 0 it does neither: it would accept requests and answer none. While the host itself stops, it ignores the code.
const int RestartExitCode = 1;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Logging.AddWorkerLogging();

// The handlers check their own limit and respond with 413. If Kestrel closed the connection, the host would respond with 500.
builder.Services.Configure<KestrelServerOptions>(kestrel =>
{
    kestrel.Limits.MaxRequestBodySize = HostBodyLimit;
    kestrel.AddServerHeader = false;
});

// Fail on startup, not in every crawl, if a setting is invalid or Chromium is missing.
var options = new CrawlerOptions
{
    Chromium = ChromiumLocator.Find(out var fault) ?? throw new InvalidOperationException(fault),
    MaxChunks = CrawlHost.DefaultMaxChunks,
};
CrawlerSettings.Apply(options, name => builder.Configuration[name]);
var account = AzureStorageOptions.FromSettings(name =>
    builder.Configuration[name.Replace("__", ":", StringComparison.Ordinal)]
);
var store = await AzureBlobStore.OpenAsync(account, CancellationToken.None).ConfigureAwait(false);

// Created if missing: otherwise the host logs a warning each time it polls.
await CrawlQueue.OpenAsync(account, CancellationToken.None).ConfigureAwait(false);

builder.Services.AddSingleton(options);
builder.Services.AddSingleton<IBlobStore>(store);

// All workers of the app are one owner of crawls: Durable Functions distributes the chunks among them.
builder.Services.AddSingleton<ICrawlOwnership>(s => new LeasedOwnership(
    store,
    new Heartbeat(store, "functions", isShared: true, s.GetRequiredService<TimeProvider>()),
    s.GetRequiredService<TimeProvider>()
));
builder.Services.AddCrawlerCore();
builder.Services.AddSingleton(s => new CrawlHost(
    s.GetRequiredService<IBlobStore>(),
    s.GetRequiredService<ICrawlOwnership>(),
    s.GetRequiredService<ActivityRunner>(),
    s.GetRequiredService<ScrapeService>(),
    s.GetRequiredService<MapService>(),
    s.GetRequiredService<AddressGuard>(),
    s.GetRequiredService<CrawlerOptions>(),
    CompatTriggers.ReadKeys(builder.Configuration),
    s.GetRequiredService<TimeProvider>()
));
builder.Services.AddCrawlMetrics();
builder.Services.AddSingleton(services => new MetricsPipeline(MetricsEndpoint.Create(services)));
builder.Services.AddHostedService<StartupSweep>();

// Last, because hosted services are stopped in reverse order: it drains the browsers before the channel to the host closes.
builder.Services.AddHostedService<HostWatch>();

var app = builder.Build();

// A closed terminal sends SIGHUP to the worker too, which the host's own lifetime does not handle.
using var signals = new StopSignals(app.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication);
await app.StartAsync().ConfigureAwait(false);
await app.WaitForShutdownAsync().ConfigureAwait(false);

// Ends without disposing the services: an orchestrator that still runs would fail for good if it found them disposed.
return RestartExitCode;
