using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionsCrawler.EndToEnd.Tests.Sites;

/// <summary>A site on loopback with a request log. It can withhold responses, so that a test can act during a crawl.</summary>
internal sealed class TestSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Answered> _log = new();
    private volatile Hold _hold = new(int.MaxValue);
    private int _requests;

    private TestSite(WebApplication app) => _app = app;

    /// <summary>The root, such as http://127.0.0.1:40211/.</summary>
    public string Url { get; private set; } = "";

    /// <summary>The answered requests in order, without those for robots.txt.</summary>
    public IReadOnlyList<Answered> Log => [.. _log];

    /// <summary>The number of requests, answered or not, without those for robots.txt.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Starts the site on a free port.</summary>
    /// <param name="answer">Answers all requests except those for robots.txt.</param>
    /// <param name="address">The address; null for 127.0.0.1.</param>
    /// <param name="robots">Answers requests for robots.txt; null for 404.</param>
    public static async Task<TestSite> StartAsync(
        RequestDelegate answer,
        IPAddress? address = null,
        RequestDelegate? robots = null
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(address ?? IPAddress.Loopback, port: 0);
                // Some servers send Location unescaped as UTF-8, contrary to RFC 9110.
                kestrel.ResponseHeaderEncodingSelector = static _ => Encoding.UTF8;
            });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var site = new TestSite(builder.Build());
        site._app.Map("/robots.txt", branch => branch.Run(robots ?? NotFoundAsync));
        site._app.Run(context => site.AnswerAsync(context, answer));
        await site._app.StartAsync();
        site.Url = site._app.Urls.Single() + "/";
        return site;
    }

    /// <summary>Answers <paramref name="more"/> more requests and withholds further responses until <see cref="Release"/>.</summary>
    /// <returns>A function that returns whether a response has been withheld.</returns>
    public Func<bool> HoldAfter(int more)
    {
        var hold = new Hold(Requests + more);
        _hold = hold;
        return () => hold.IsReached;
    }

    /// <summary>Answers new requests again. Withheld responses are never sent; use it if their client was killed.</summary>
    public void Release() => _hold = new Hold(int.MaxValue);

    /// <summary>Answers new requests again, and sends the withheld responses.</summary>
    public void ReleaseAll()
    {
        var hold = _hold;
        Release();
        hold.Opened.TrySetResult();
    }

    /// <summary>Stops immediately, without waiting for open connections.</summary>
    public async ValueTask DisposeAsync()
    {
        ReleaseAll();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private async Task AnswerAsync(HttpContext context, RequestDelegate answer)
    {
        var hold = _hold;
        if (Interlocked.Increment(ref _requests) > hold.Limit)
        {
            hold.IsReached = true;
            try
            {
                await hold.Opened.Task.WaitAsync(context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
        await answer(context);
        _log.Enqueue(
            new Answered(
                context.Request.GetEncodedPathAndQuery(),
                context.Response.StatusCode,
                context.Response.ContentType ?? ""
            )
        );
    }

    private sealed class Hold(int limit)
    {
        private volatile bool _isReached;

        public int Limit => limit;

        public bool IsReached
        {
            get => _isReached;
            set => _isReached = value;
        }

        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>An answered request.</summary>
internal sealed record Answered(string Path, int Status, string ContentType);
