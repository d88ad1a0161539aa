using System.Collections.Concurrent;
using System.Net;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Intake;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Http.Tests.Access;

/// <summary>The contract on loopback as <c>crawl serve</c> puts it there, over a store that is empty or fails.</summary>
internal sealed class GuardedServer : IAsyncDisposable, ILoggerProvider, ILogger
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _log = new();

    private GuardedServer(AccessOptions options, Exception? fault)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.AddProvider(this);
        builder.Services.AddRoutingCore();
        builder.Services.AddCrawlAccess(options);
        _app = builder.Build();
        _app.UseCrawlAccess(options);
        var crawls = new CrawlService(new StubStore(fault), new StubScheduler(), TimeProvider.System);
        _app.MapCrawlApi(new CrawlApi(crawls, TimeProvider.System), () => Health);
        _app.MapGet("cut", AnswerCutAsync);
    }

    /// <summary>What this server knows of itself.</summary>
    public static HealthReport Health { get; } =
        new("ok", "7.8.9", new WorkerHealth(1536, 30, 0, 0, false, "on: it is a test"));

    /// <summary>Speaks to it; names no key by itself.</summary>
    public HttpClient Http { get; } = new();

    /// <summary>What it logged, exceptions and all.</summary>
    public string Log => string.Join('\n', _log);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<GuardedServer> StartAsync(AccessOptions options, Exception? fault = null)
    {
        var server = new GuardedServer(options, fault);
        await server._app.StartAsync(Cancellation);
        server.Http.BaseAddress = new Uri(server._app.Urls.Single());
        return server;
    }

    /// <summary>Asks it.</summary>
    /// <param name="method">How.</param>
    /// <param name="path">For what.</param>
    /// <param name="headers">"Name: value".</param>
    public async Task<Reply> AskAsync(string method, string path, params string[] headers)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var header in headers.Select(h => h.Split(": ", 2)))
            Assert.True(message.Headers.TryAddWithoutValidation(header[0], header[1]));
        return await SendAsync(message);
    }

    /// <summary>Asks it.</summary>
    public async Task<Reply> SendAsync(HttpRequestMessage message)
    {
        using var answer = await Http.SendAsync(message, Cancellation);
        var headers = answer
            .Headers.Concat(answer.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new Reply((int)answer.StatusCode, headers, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private static Task AnswerCutAsync(HttpContext context) =>
        ApiEndpoints.RunAsync(context, () => Task.FromResult<IResult>(new CutAnswer()));

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

    /// <summary>Breaks off after it has begun, as a store does that goes away while records are read.</summary>
    private sealed class CutAnswer : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            await httpContext.Response.WriteAsync("the first record\n", Cancellation);
            await httpContext.Response.Body.FlushAsync(Cancellation);
            throw new IOException("gone");
        }
    }
}

/// <summary>What a server answered.</summary>
internal sealed record Reply(int Status, IReadOnlyDictionary<string, string> Headers, string Body);
