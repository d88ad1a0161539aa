using System.Net;
using System.Text;
using System.Text.Json;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http.Access;
using FunctionsCrawler.Http.Compat;
using FunctionsCrawler.Http.Mcp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>
/// A server with the compatible APIs and an embedded engine. It has no browser: the pages of the tests have no scripts, so they
/// are taken over HTTP.
/// </summary>
internal sealed class CompatServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("compat-").FullName;
    private readonly WebApplication _app;

    private CompatServer(AccessOptions access, CrawlerOptions options)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        builder.Services.AddCrawlAccess(access);
        builder.Services.AddSingleton<IBlobStore>(new FileBlobStore(_folder));
        builder.Services.AddSingleton(options);
        builder.Services.AddCrawlerCore().AddEmbeddedHost();
        builder.Services.AddCrawlMcp();
        _app = builder.Build();
        _app.UseForwardedHeaders(new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedProto });
        _app.UseWebSockets();
        _app.UseCrawlAccess(access);
        _app.MapCompatApis(_app.Services.GetRequiredService<CrawlService>(), access.Keys, _app.Services);
        _app.MapCrawlMcp();
    }

    /// <summary>A client for the server; it sends no key by itself.</summary>
    public HttpClient Http { get; } = new() { Timeout = Patience };

    /// <summary>The crawls that the server has.</summary>
    public async Task<IReadOnlyList<CrawlStatus>> ListCrawlsAsync() =>
        (await _app.Services.GetRequiredService<CrawlService>().ListAsync(null, 100, null, Cancellation)).Items;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<CompatServer> StartAsync(ApiKeys? keys = null, CrawlerOptions? options = null)
    {
        var access = new AccessOptions { Mounts = CompatApis.Mounts, Keys = keys ?? ApiKeys.None };
        var server = new CompatServer(access, options ?? new CrawlerOptions { AllowPrivate = true });
        await server._app.StartAsync(Cancellation);
        server.Http.BaseAddress = new Uri(server._app.Urls.Single());
        return server;
    }

    /// <summary>Sends a request with a JSON body.</summary>
    public Task<CompatReply> PostAsync(string path, object body, params string[] headers) =>
        SendAsync("POST", path, body as string ?? JsonSerializer.Serialize(body), headers);

    public Task<CompatReply> GetAsync(string path, params string[] headers) => SendAsync("GET", path, null, headers);

    public Task<CompatReply> DeleteAsync(string path) => SendAsync("DELETE", path, null);

    /// <summary>Polls a job until it has ended.</summary>
    /// <returns>Its last status.</returns>
    public async Task<CompatReply> EndAsync(string path)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var reply = await GetAsync(path);
            if (reply.Json.TryGetProperty("status", out var status) && status.GetString() != "scraping")
                return reply;
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, $"{path} did not end: {reply.Body}");
            await Task.Delay(30, Cancellation);
        }
    }

    /// <summary>All documents of a job, page by page.</summary>
    public async Task<(List<JsonElement> Documents, int Pages)> ReadAllAsync(string path)
    {
        var documents = new List<JsonElement>();
        var pages = 0;
        for (string? next = path; next is not null; pages++)
        {
            var reply = await GetAsync(next);
            documents.AddRange(reply.Json.GetProperty("data").EnumerateArray());
            next = reply.Json.TryGetProperty("next", out var url) ? url.GetString() : null;
        }
        return (documents, pages);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.Services.GetRequiredService<EmbeddedHost>().DrainAsync(Patience);
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<CompatReply> SendAsync(string method, string path, string? body, params string[] headers)
    {
        using var message = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
            message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var header in headers.Select(h => h.Split(": ", 2)))
            Assert.True(message.Headers.TryAddWithoutValidation(header[0], header[1]));
        using var response = await Http.SendAsync(message, Cancellation);
        return new CompatReply((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }
}

/// <summary>A response of the server.</summary>
internal sealed record CompatReply(int Status, string Body)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>The field "error".</summary>
    public string Error => Text("error");

    /// <summary>A text field of the body.</summary>
    public string Text(string name) => Json.GetProperty(name).GetString()!;

    /// <summary>Asserts the status.</summary>
    public CompatReply Expect(int status)
    {
        Assert.True(Status == status, $"The status is {Status}, not {status}: {Body}");
        return this;
    }
}
