using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Functions;
using FunctionsCrawler.Http;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

// The Functions host takes no larger ones.
const long HostBodyLimit = 100L << 20;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

// The handlers have a limit of their own, and say so. Of a connection that Kestrel closes the host makes an error 500.
builder.Services.Configure<KestrelServerOptions>(kestrel =>
{
    kestrel.Limits.MaxRequestBodySize = HostBodyLimit;
    kestrel.AddServerHeader = false;
});

// What is wrong with the surroundings is said at the start, not by every crawl.
var settings = FunctionsSettings.Read(builder.Configuration);
var chromium = ChromiumLocator.Find(out var fault) ?? throw new InvalidOperationException(fault);
var account = AzureStorageOptions.FromSettings(name =>
    builder.Configuration[name.Replace("__", ":", StringComparison.Ordinal)]
);
var store = await AzureBlobStore.OpenAsync(account, CancellationToken.None).ConfigureAwait(false);

// Made where it is missing: the host logs a warning each time that it looks for one in vain.
await CrawlQueue.OpenAsync(account, CancellationToken.None).ConfigureAwait(false);

builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton(settings);
builder.Services.AddSingleton<IBlobStore>(store);
builder.Services.AddSingleton(services =>
{
    var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Crawler");
    var options = new CrawlWorkerOptions
    {
        Chromium = chromium,
        Addresses = settings.Addresses,
        Limits = settings.Limits,
        Identity = settings.Identity,
        MemoryBytes = settings.MemoryMb * 1024L * 1024,
        Logger = logger,
    };
    return new CrawlWorker(store, options, new WorkerObserver(logger), TimeProvider.System);
});
builder.Services.AddSingleton<ActivityRunner>();
builder.Services.AddSingleton<CrawlHost>();
builder.Services.AddCrawlMetrics();
builder.Services.AddSingleton(services => new MetricsPipeline(MetricsEndpoint.Create(services)));
builder.Services.AddHostedService<HostWatch>();

await builder.Build().RunAsync().ConfigureAwait(false);
