using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>Pages answered with an error status keep their text; headers and the first status are recorded.</summary>
public sealed class ErrorPageTests : IAsyncLifetime
{
    private CrawlSite _site = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _site = await CrawlSite.StartAsync(3);

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    [Theory]
    [InlineData(404, ErrorCode.Http4xx)]
    [InlineData(500, ErrorCode.Http5xx)]
    public async Task Scrape_ErrorStatusWithText_TextBesideTheError(int status, ErrorCode code)
    {
        _site.Special["/gone"] = context =>
            AnswerAsync(context, status, "<title>Oops</title><main><p>Not here. <a href=/p/1>Home</a></main>");

        var record = await ScrapeAsync("/gone", RenderMode.Never);

        Assert.Equal(code, record.Error?.Code);
        Assert.Equal(status, record.Status);
        Assert.Equal("Oops", record.Title);
        Assert.StartsWith("Not here. [Home]", record.MainMarkdown, StringComparison.Ordinal);
        Assert.NotNull(record.ContentHash);
        Assert.Single(record.Links);
        Assert.Null(record.Warnings);
    }

    [Fact]
    public async Task Scrape_ErrorPageIsNoIndex_ErrorWithoutText()
    {
        _site.Special["/gone"] = context => AnswerAsync(context, 404, "<meta name=robots content=noindex><p>text");

        var record = await ScrapeAsync("/gone", RenderMode.Never);

        Assert.Equal(ErrorCode.Http4xx, record.Error?.Code);
        Assert.Null(record.Markdown);
    }

    [Fact]
    public async Task Scrape_ErrorPageTooLargeOrBroken_WarningAndTheSameError()
    {
        _site.Special["/large"] = context => AnswerAsync(context, 404, new string('x', 5_000_000));
        _site.Special["/broken"] = async context =>
        {
            context.Response.StatusCode = 500;
            context.Response.ContentType = "text/html";
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.WriteAsync("this is not gzip");
        };

        var large = await ScrapeAsync("/large", RenderMode.Never);
        var broken = await ScrapeAsync("/broken", RenderMode.Never);

        Assert.Equal(ErrorCode.Http4xx, large.Error?.Code);
        Assert.Equal(ErrorCode.Http5xx, broken.Error?.Code);
        Assert.All(
            [large, broken],
            record =>
            {
                Assert.Null(record.Markdown);
                Assert.Equal(PageWarningCode.ErrorPageNotRead, Assert.Single(record.Warnings!).Code);
            }
        );
    }

    [Fact]
    public async Task Scrape_ErrorPageNeverEnds_ErrorStatusAfterAFewSeconds()
    {
        _site.Special["/slow"] = async context =>
        {
            context.Response.StatusCode = 404;
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<p>begin");
            await context.Response.Body.FlushAsync(CancellationToken.None);
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        var record = await ScrapeAsync("/slow", RenderMode.Never);

        Assert.Equal(ErrorCode.Http4xx, record.Error?.Code);
        Assert.Equal(PageWarningCode.ErrorPageNotRead, Assert.Single(record.Warnings!).Code);
    }

    [Fact]
    public async Task Scrape_RedirectAndHeaders_FirstStatusAndPublicHeaders()
    {
        _site.Special["/old"] = context =>
        {
            context.Response.StatusCode = 301;
            context.Response.Headers.Location = "/new";
            return Task.CompletedTask;
        };
        _site.Special["/new"] = context =>
        {
            context.Response.Headers["X-Powered-By"] = "Test";
            context.Response.Headers.SetCookie = "id=secret";
            context.Response.Headers.WWWAuthenticate = "Basic";
            return AnswerAsync(context, 200, "<p>new");
        };

        var record = await ScrapeAsync("/old", RenderMode.Never);

        Assert.Equal((301, 200), (record.StatusFirst, record.Status));
        Assert.Equal("Test", record.ResponseHeaders!["x-powered-by"]);
        Assert.Equal("text/html", record.ResponseHeaders["content-type"]);
        Assert.DoesNotContain("set-cookie", record.ResponseHeaders.Keys);
        Assert.DoesNotContain("www-authenticate", record.ResponseHeaders.Keys);
    }

    private async Task<PageRecord> ScrapeAsync(string path, RenderMode render)
    {
        await using var rig = new WorkerRig(
            new MemoryBlobStore(),
            new CrawlerOptions { AllowPrivate = true },
            new CrawlRig.Unobserved(),
            TimeProvider.System
        );
        var request = new PageRequest { Url = _site.Url(path), Render = render };
        return (
            await rig.Get<ScrapeService>()
                .TryScrapeAsync(request, Cancellation)
                .WaitAsync(TimeSpan.FromMinutes(1), Cancellation)
        )!;
    }

    private static Task AnswerAsync(HttpContext context, int status, string html)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html";
        return context.Response.WriteAsync(html);
    }
}
