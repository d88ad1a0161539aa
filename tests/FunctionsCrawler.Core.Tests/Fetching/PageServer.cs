using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>A web server on loopback that handles every request with one delegate.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PageServer(WebApplication app) => _app = app;

    /// <summary>The root URL, with a trailing slash.</summary>
    public Uri Url => new(_app.Urls.Single() + "/");

    /// <param name="answer">Answers every request.</param>
    /// <param name="configure">Configures the listener.</param>
    /// <param name="endPoint">Where to listen; null: a free port of 127.0.0.1.</param>
    public static async Task<PageServer> StartAsync(
        RequestDelegate answer,
        Action<ListenOptions>? configure = null,
        IPEndPoint? endPoint = null
    )
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(endPoint ?? new IPEndPoint(IPAddress.Loopback, 0), listen => configure?.Invoke(listen));
            });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new PageServer(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }
}
