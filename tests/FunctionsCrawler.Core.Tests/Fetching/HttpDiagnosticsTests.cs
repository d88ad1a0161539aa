using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>What is recorded of fetches over HTTP.</summary>
public sealed class HttpDiagnosticsTests : HttpFetcherTestBase
{
    private static readonly HttpFetcherOptions Diagnosing = new()
    {
        Diagnostics = DiagnosticOptions.Of(new PageOptions { Diagnostics = true }, new VisitIdentity()),
    };

    [Fact]
    public async Task Fetch_NotAsked_RecordsNothing()
    {
        await using var server = await PageServer.StartAsync(context => context.Response.WriteAsync("x"));
        Assert.Null((await FetchAsync(server.Url)).Diagnostics);
    }

    [Fact]
    public async Task Fetch_Page_HasItsTimes()
    {
        await using var server = await PageServer.StartAsync(async context =>
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<p>begin");
            await context.Response.Body.FlushAsync();
            await Task.Delay(200, context.RequestAborted);
            await context.Response.WriteAsync("end");
        });
        var diagnostics = (await FetchAsync(server.Url, Diagnosing)).Diagnostics!;

        Assert.Empty(diagnostics.FailedRequests);
        Assert.Empty(diagnostics.Console);
        Assert.True(diagnostics.Timing.ReadMs >= diagnostics.Timing.ResponseStartMs + 150, $"{diagnostics.Timing}");
        Assert.Equal(diagnostics.Timing.TotalMs, diagnostics.Timing.ReadMs);
        Assert.Null(diagnostics.Timing.LoadMs);
    }

    [Fact]
    public async Task Fetch_ErrorStatus_IsAFailedRequest()
    {
        await using var server = await PageServer.StartAsync(context =>
        {
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        });
        var diagnostics = (await FetchAsync(new Uri(server.Url, "/a?b=c"), Diagnosing)).Diagnostics!;

        Assert.Equal(
            new FailedRequest($"{server.Url}a?b=c", "GET", "document") { Status = 503 },
            Assert.Single(diagnostics.FailedRequests)
        );
        Assert.NotNull(diagnostics.Timing.ResponseStartMs);
        Assert.Null(diagnostics.Timing.ReadMs);
    }

    [Fact]
    public async Task Fetch_Refused_IsAFailedRequestWithoutResponse()
    {
        Uri url;
        await using (var server = await PageServer.StartAsync(_ => Task.CompletedTask))
            url = server.Url;
        var diagnostics = (await FetchAsync(url, Diagnosing)).Diagnostics!;

        var failed = Assert.Single(diagnostics.FailedRequests);
        Assert.Null(failed.Status);
        Assert.Contains("refused", failed.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Null(diagnostics.Timing.ResponseStartMs);
    }
}
