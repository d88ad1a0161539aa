using System.Collections.Concurrent;
using System.Net;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Http.Tests.Access;

/// <summary>A server on loopback with the pipeline of <c>crawl serve</c>, and a store that is empty, always fails, or is given.</summary>
internal sealed class GuardedServer : IAsyncDisposable, ILoggerProvider, ILogger
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _log = new();

    private GuardedServer(AccessOptions options, Exception? fault, CrawlerOptions? crawler, IBlobStore? blobs)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.AddProvider(this);
        builder.Services.AddRoutingCore();
        builder.Services.AddCrawlAccess(options);
        builder.Services.AddSingleton(crawler ?? new CrawlerOptions());
        builder.Services.AddCrawlerCore();
        _app = builder.Build();
        _app.UseCrawlAccess(options);
        Crawls = new CrawlService(
            blobs ?? new StubStore(fault),
            new StubScheduler(),
            new SoleOwnership(),
            TimeProvider.System
        );
        var scrapes = _app.Services.GetRequiredService<ScrapeService>();
        var maps = _app.Services.GetRequiredService<MapService>();
        _app.MapCrawlApi(
            new CrawlApi(Crawls, new CrawlerOptions(), TimeProvider.System),
            new ScrapeApi(scrapes, new CrawlerOptions()),
            new MapApi(maps),
            () => Health
        );
        _app.MapGet("cut", RespondThenFailAsync);
    }

    /// <summary>The health report of the server.</summary>
    public static HealthReport Health { get; } =
        new("ok", "7.8.9", new WorkerHealth(1536, 30, 0, 0, false, "on: it is a test"));

    public CrawlService Crawls { get; }

    /// <summary>Completes when the server has reported that it has no memory left.</summary>
    public Task Exhausted => _app.Services.GetRequiredService<WorkerLifetime>().Exhausted;

    /// <summary>A client for the server; it sends no key by itself.</summary>
    public HttpClient Http { get; } = new();

    /// <summary>All log messages, including exceptions.</summary>
    public string Log => string.Join('\n', _log);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<GuardedServer> StartAsync(
        AccessOptions options,
        Exception? fault = null,
        CrawlerOptions? crawler = null,
        IBlobStore? blobs = null
    )
    {
        var server = new GuardedServer(options, fault, crawler, blobs);
        await server._app.StartAsync(Cancellation);
        server.Http.BaseAddress = new Uri(server._app.Urls.Single());
        return server;
    }

    /// <summary>Sends a request without a body.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path, with query string.</param>
    /// <param name="headers">Headers in the form "Name: value".</param>
    public async Task<Reply> SendAsync(string method, string path, params string[] headers)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var header in headers.Select(h => h.Split(": ", 2)))
            Assert.True(message.Headers.TryAddWithoutValidation(header[0], header[1]));
        return await SendAsync(message);
    }

    /// <summary>Sends a request.</summary>
    public async Task<Reply> SendAsync(HttpRequestMessage message)
    {
        using var response = await Http.SendAsync(message, Cancellation);
        var headers = response
            .Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new Reply((int)response.StatusCode, headers, await response.Content.ReadAsStringAsync(Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static Task RespondThenFailAsync(HttpContext context) =>
        ApiEndpoints.RunAsync(context, () => Task.FromResult<IResult>(new FailingResult()));

    ILogger ILoggerProvider.CreateLogger(string categoryName) => this;

    void IDisposable.Dispose() { }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    void ILogger.Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => _log.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception}");

    /// <summary>Fails after the response has started, like a store that becomes unavailable while records are read.</summary>
    private sealed class FailingResult : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await httpContext.Response.WriteAsync("the first record\n", Cancellation);
            await httpContext.Response.Body.FlushAsync(Cancellation);
            throw new IOException("gone");
        }
    }
}

/// <summary>The response of a server.</summary>
internal sealed record Reply(int Status, IReadOnlyDictionary<string, string> Headers, string Body);
