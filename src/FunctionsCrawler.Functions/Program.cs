using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Functions;
using FunctionsCrawler.Http;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

// What is wrong with the surroundings is said at the start, not by every crawl.
var settings = FunctionsSettings.Read(builder.Configuration);
var chromium = ChromiumLocator.Find(out var fault) ?? throw new InvalidOperationException(fault);
var account = AzureStorageOptions.FromSettings(name =>
    builder.Configuration[name.Replace("__", ":", StringComparison.Ordinal)]
);
var store = await AzureBlobStore.OpenAsync(account, CancellationToken.None).ConfigureAwait(false);

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
