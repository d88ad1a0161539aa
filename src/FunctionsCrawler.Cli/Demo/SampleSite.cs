using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionsCrawler.Cli.Demo;

/// <summary>
/// A small site on loopback, for <c>crawl demo</c> and for tests: the documentation of a product that does not exist,
/// with pages made by scripts, pages that misbehave, redirects and downloads.
/// </summary>
internal sealed class SampleSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _requests;

    private SampleSite(WebApplication app, ConcurrentQueue<string> requests)
    {
        _app = app;
        Url = new Uri(app.Urls.Single());
        _requests = requests;
    }

    /// <summary>What a crawl from <c>/</c> must record, each once. To depth 3 it meets all of it.</summary>
    public static IReadOnlyList<SamplePage> Pages => SamplePages.Main;

    /// <summary>What a crawl from <c>/lab/</c> must record: pages that fail. The rest of the site does not link there.</summary>
    public static IReadOnlyList<SamplePage> LabPages => SamplePages.Lab;

    /// <summary>The root, such as <c>http://127.0.0.1:40211/</c>.</summary>
    public Uri Url { get; }

    /// <summary>The requests so far, as <c>GET /path?query</c>.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Serves the site on a free port until it is disposed.</summary>
    public static async Task<SampleSite> StartAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var app = builder.Build();

        var answers = new SampleAnswers();
        var requests = new ConcurrentQueue<string>();
        app.Run(context =>
        {
            requests.Enqueue($"{context.Request.Method} {context.Request.GetEncodedPathAndQuery()}");
            return answers.AnswerAsync(context);
        });

        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
        return new SampleSite(app, requests);
    }

    /// <summary>Stops at once: a browser's idle connections are not waited for.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    /// <summary>Takes the place of the console lifetime, whose signal handlers would compete with the command line's own.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
