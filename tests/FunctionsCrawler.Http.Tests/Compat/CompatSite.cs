using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>A site on loopback whose pages a test gives as HTML by path. Other paths are 404 with a page.</summary>
internal sealed class CompatSite : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _pages = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CompatSite()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The root, with a slash.</summary>
    public string Url => _app.Urls.Single() + "/";

    /// <summary>The host and port.</summary>
    public string Host => new Uri(Url).Authority;

    /// <summary>Completes when /slow was requested. It is not answered before <see cref="Release"/>.</summary>
    public Task Held => _held.Task;

    /// <summary>Completes when the client of /slow has disconnected.</summary>
    public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static async Task<CompatSite> StartAsync(params (string Path, string Html)[] pages)
    {
        var site = new CompatSite();
        foreach (var (path, html) in pages)
            site._pages[path] = html;
        await site._app.StartAsync(TestContext.Current.CancellationToken);
        return site;
    }

    /// <summary>Adds a page that refers to the site itself.</summary>
    public void Add(string path, string content) => _pages[path] = content;

    public void Release() => _released.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Release();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        context.Response.ContentType = Path.GetExtension(path) switch
        {
            ".txt" => "text/plain",
            ".xml" => "application/xml",
            _ => "text/html; charset=utf-8",
        };
        if (path == "/slow")
        {
            await using var left = context.RequestAborted.Register(() => Left.TrySetResult());
            _held.TrySetResult();
            await Task.WhenAny(_released.Task, Left.Task);
        }
        else if (!_pages.ContainsKey(path))
            context.Response.StatusCode = 404;
        if (!context.RequestAborted.IsCancellationRequested)
            await context.Response.WriteAsync(_pages.GetValueOrDefault(path, "<h1>Not here</h1>"));
    }
}
