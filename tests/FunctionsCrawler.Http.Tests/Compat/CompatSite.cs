using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
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

    /// <summary>A folder of documentation beside other pages, with a link to a page that does not exist.</summary>
    public static (string Path, string Html)[] Docs { get; } =
    [
        ("/docs", Html("/docs/a", "/docs/b", "/blog", "/docs-old")),
        ("/docs/a", Html("/docs", "/docs/b?page=2", "/missing")),
        ("/docs/b", Html("/docs/a")),
        ("/blog", Html("/docs")),
        ("/docs-old", Html("/docs")),
    ];

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

    /// <summary>A page without scripts.</summary>
    public static string Html(params string[] links) =>
        "<!doctype html><title>Page</title><h1>Page</h1><p>Some text that stands on the page.</p>"
        + string.Concat(
            links.Select(link =>
                string.Create(CultureInfo.InvariantCulture, $"<p><a href=\"{link}\">to {link}</a></p>")
            )
        );

    /// <summary>The URLs of the documents of a job.</summary>
    public static List<string> SourcesOf(CompatReply reply) =>
        [.. reply.Json.GetProperty("data").EnumerateArray().Select(SourceOf)];

    /// <summary>The URL of a document.</summary>
    public static string SourceOf(JsonElement document) =>
        document.GetProperty("metadata").GetProperty("sourceURL").GetString()!;

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
