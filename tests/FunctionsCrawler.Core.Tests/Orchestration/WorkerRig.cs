using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsCrawler.Core.Tests.Orchestration;

/// <summary>The services of a crawling process, registered as in production, with the test's store, options and clock.</summary>
internal sealed class WorkerRig : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public WorkerRig(
        IBlobStore store,
        CrawlerOptions options,
        ICrawlObserver observer,
        TimeProvider time,
        Func<TimeProvider, ICrawlOwnership>? ownership = null
    )
    {
        Store = store;
        var services = new ServiceCollection();
        if (ownership is not null)
            services.AddSingleton(_ => ownership(time));
        _services = services
            .AddSingleton(store)
            .AddSingleton(options)
            .AddSingleton(observer)
            .AddSingleton(time)
            .AddCrawlerCore()
            .AddEmbeddedHost()
            .BuildServiceProvider();
    }

    public IBlobStore Store { get; }

    public TimeProvider Time => Get<TimeProvider>();

    public EmbeddedEngine Engine => Get<EmbeddedEngine>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>Creates a host with its own limits. The caller disposes it.</summary>
    public EmbeddedHost Host(CrawlerOptions options) =>
        new(Get<EmbeddedCrawlRunner>(), Get<WorkerLifetime>(), Get<ICrawlObserver>(), options, Time);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
