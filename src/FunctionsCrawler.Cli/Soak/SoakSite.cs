using System.Globalization;
using System.Net;
using FunctionsCrawler.Cli.Demo;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>
/// Serves the demo's pages and hostile pages on loopback under numbered paths (see <see cref="SoakPages"/>). Unlike the
/// demo's site it keeps no list of requests, because the memory of this process is measured.
/// </summary>
internal sealed class SoakSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SoakPages _pages;
    private readonly Traps _traps;
    private readonly SampleAnswers _sample = new();
    private readonly Lock _lock = new();
    private readonly HashSet<string> _killed = new(StringComparer.Ordinal);

    private SoakSite(SoakPages pages, TimeProvider time)
    {
        (_pages, _traps) = (pages, new Traps(time));
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port: 0));
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public Uri Url => new(_app.Urls.Single());

    /// <summary>Serves the site on a free port until it is disposed.</summary>
    public static async Task<SoakSite> StartAsync(
        SoakPages pages,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var site = new SoakSite(pages, time);
        try
        {
            await site._app.StartAsync(cancellationToken);
            return site;
        }
        catch
        {
            await site._app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Resets the state of the previous crawl.</summary>
    public void BeginCrawl()
    {
        lock (_lock)
            _killed.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client gave up on the page, as it should.
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        const string kill = "/" + Traps.Folder + "kill";
        if (path.StartsWith(kill, StringComparison.Ordinal))
            return KillAsync(context, path);
        if (path.StartsWith("/" + Traps.Folder, StringComparison.Ordinal))
            return _traps.AnswerAsync(context, path[(1 + Traps.Folder.Length)..]);
        if (!SoakPages.TryParse(path, out var number, out var rest))
            return _sample.AnswerAsync(context);
        if (rest is "list")
            return ListAsync(context, number);
        if (rest.StartsWith(Traps.Folder, StringComparison.Ordinal))
            return _traps.AnswerAsync(context, rest[Traps.Folder.Length..]);
        context.Request.Path = "/" + rest;
        return _sample.AnswerAsync(context);
    }

    private Task ListAsync(HttpContext context, int first)
    {
        var links = _pages
            .LinksOf(first, Number(context, "count"), Number(context, "behind"))
            .Select(path => $"<li><a href=\"{WebUtility.HtmlEncode(path)}\">{WebUtility.HtmlEncode(path)}</a></li>");
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            $"<!doctype html><title>Pages from {first}</title><ul>\n{string.Join('\n', links)}\n</ul>",
            context.RequestAborted
        );
    }

    // Only once per page and crawl. The retry of the page must succeed, and pages in the same browser, which crash too, must
    // not be hit at each retry.
    private Task KillAsync(HttpContext context, string path)
    {
        bool first;
        lock (_lock)
            first = _killed.Add(path);
        if (first)
            RendererKill.KillRenderersOfClient(context.Connection.RemotePort);
        return Task.CompletedTask;
    }

    private static int Number(HttpContext context, string name) =>
        int.TryParse(context.Request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;

    /// <summary>Replaces the console lifetime, whose signal handlers would compete with those of the command line.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
