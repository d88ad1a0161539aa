using System.Text;
using FunctionsCrawler.Archives;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Browsing;
using FunctionsCrawler.Core.Tests.Fetching;
using FunctionsCrawler.Network;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Archives;

/// <summary>What visits in a browser leave in an archive.</summary>
public class BrowserArchiveTests : BrowserFetcherTestBase
{
    private const string Words = "some words of a page with content, so that it looks finished when it is read";

    private readonly ChunkArchive _archive = new(TimeProvider.System);

    [Fact]
    public async Task Page_Archived_HasTheExchangesOfAllItLoads()
    {
        var picture = Convert.FromBase64String(
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
        );
        Answer("/style.css", "text/css", Encoding.UTF8.GetBytes("p { color: red }"));
        Answer("/picture.png", "image/png", picture);
        Answer("/data.json", "application/json", "{\"text\":\"fetched words\"}"u8.ToArray());
        var url = Site.Page(
            "/page",
            $"<link rel=stylesheet href=/style.css><img src=/picture.png><p id=p>{Words}</p>"
                + "<script>fetch('/data.json').then(r => r.json()).then(d => p.textContent += ' ' + d.text)</script>"
        );

        var records = await ArchiveAsync(url);

        Assert.Equal(
            new[] { "/data.json", "/page", "/picture.png", "/style.css" },
            records
                .Where(r => r.Type is "response" && r.StartLine.Contains(" 200 ", StringComparison.Ordinal))
                .Select(r => new Uri(r.Uri!).AbsolutePath)
                .Order(StringComparer.Ordinal)
        );
        Assert.Equal(picture, Of(records, "/picture.png").Body);
        Assert.Contains("<script>fetch", Of(records, "/page").BodyText, StringComparison.Ordinal);
        Assert.Contains(records, r => r.Type is "request" && r.StartLine == "GET /style.css HTTP/1.1");
        var shown = Assert.Single(records, r => r.Type is "resource");
        Assert.Equal($"urn:dom:{url}", shown.Uri);
        Assert.Contains("fetched words", Encoding.UTF8.GetString(shown.Block), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirect_Archived_HasEachHop()
    {
        Site.Page("/new", $"<p>{Words}</p>");
        Site.Redirect("/old", "/between", 302);
        Site.Redirect("/between", "/new", 307);
        var records = await ArchiveAsync(Site.Redirect("/start", "/old", 301));

        Assert.Equal(
            [("/start", "301"), ("/old", "302"), ("/between", "307"), ("/new", "200")],
            records
                .Where(r => r.Type is "response" && !r.Uri!.EndsWith("favicon.ico", StringComparison.Ordinal))
                .Select(r => (new Uri(r.Uri!).AbsolutePath, r.StartLine.Split(' ')[1]))
        );
        Assert.Equal(["/old"], Of(records, "/start").Header("Location"));
    }

    [Fact]
    public async Task CompressedPage_Archived_IsDecodedAndItsHeadersSaySo()
    {
        var html = $"<!DOCTYPE html><p>{Words}</p>";
        using var compressed = new MemoryStream();
        using (
            var gzip = new System.IO.Compression.GZipStream(compressed, System.IO.Compression.CompressionMode.Compress)
        )
            gzip.Write(Encoding.UTF8.GetBytes(html));
        var url = Site.Answer(
            "/compressed",
            context =>
            {
                context.Response.ContentType = "text/html; charset=utf-8";
                context.Response.Headers.ContentEncoding = "gzip";
                return context.Response.Body.WriteAsync(compressed.ToArray()).AsTask();
            }
        );

        var response = Of(await ArchiveAsync(url), "/compressed");

        Assert.Equal(html, response.BodyText);
        Assert.Empty(response.Header("Content-Encoding"));
        Assert.Equal(["gzip"], response.Header("X-Archive-Orig-Content-Encoding"));
    }

    [Fact]
    public async Task PageInAnotherCharset_Archived_IsUtf8AndItsHeaderSaysSo()
    {
        var url = Site.Answer(
            "/latin",
            context =>
            {
                context.Response.ContentType = "text/html; charset=iso-8859-1";
                return context
                    .Response.Body.WriteAsync(Encoding.Latin1.GetBytes($"<!DOCTYPE html><p>Bücher {Words}</p>"))
                    .AsTask();
            }
        );

        var response = Of(await ArchiveAsync(url), "/latin");

        Assert.Contains("Bücher", response.BodyText, StringComparison.Ordinal);
        Assert.Equal(["text/html; charset=utf-8"], response.Header("Content-Type"));
        Assert.Equal(["text/html; charset=iso-8859-1"], response.Header("X-Archive-Orig-Content-Type"));
    }

    [Fact]
    public async Task Credentials_OfTheOperator_AreNotArchived()
    {
        var url = Site.Page("/private", $"<p>{Words}</p>", cookie: "of-site=secret-session");
        var page = new PageOptions
        {
            Headers = new Dictionary<string, SecretText> { ["X-Api-Key"] = "secret-key" },
            Cookies = [new PageCookie { Name = "session", Value = "secret-cookie" }],
        };
        var identity = new VisitIdentity { Credentials = OriginCredentials.Read(page, [url.AbsoluteUri], out _) };

        var records = await ArchiveAsync(new VisitOptions { Identity = identity }, url);

        Assert.Contains(Site.Requests, r => r.Cookie.Contains("secret-cookie", StringComparison.Ordinal));
        Assert.All(
            records,
            r => Assert.DoesNotContain("secret", Encoding.UTF8.GetString(r.Block), StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Body_LargerThanTheBrowserKeeps_IsAWarning()
    {
        Answer("/large", "application/octet-stream", new byte[9 * 1024 * 1024]);
        var url = Site.Page(
            "/page",
            $"<p id=p>{Words}</p><script>fetch('/large').then(r => r.blob()).then(b => p.textContent += b.size)</script>"
        );
        await using var fetcher = Open(visits: new VisitOptions { Archive = _archive });

        var result = await FetchAsync(fetcher, url);

        Assert.Null(result.Error);
        Assert.Equal(PageWarningCode.ArchiveIncomplete, Assert.Single(result.Warnings).Code);
        Assert.DoesNotContain(Records(), r => r.Uri?.EndsWith("/large", StringComparison.Ordinal) is true);
        Of(Records(), "/page");
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task RendererCrashesWhileItIsRecorded_PageIsReadWithoutAnArchive()
    {
        // The first crash may be that of another page in the same renderer, so it does not count.
        var crashes = 2;
        Site.Answer(
            "/heavy.js",
            async context =>
            {
                if (crashes-- <= 0)
                    return;
                Leftovers.Signal(
                    "KILL",
                    [.. Browsers.Where(b => b.Receipt is null).SelectMany(b => Leftovers.Renderers(b.Marker))]
                );
                await Site.Ending(context);
            }
        );
        var url = Site.Page("/heavy", $"<p>{Words}</p><script src=/heavy.js></script>");
        await using var fetcher = Open(visits: new VisitOptions { Archive = _archive });

        var result = await FetchAsync(fetcher, url);

        Assert.Null(result.Error);
        Assert.Contains(Words, result.Text, StringComparison.Ordinal);
        Assert.Equal(PageWarningCode.ArchiveIncomplete, Assert.Single(result.Warnings).Code);
        Assert.DoesNotContain(Records(), r => r.Uri == url.AbsoluteUri);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task TwoPages_SharedStyleSheet_IsArchivedOnce()
    {
        Site.Answer(
            "/style.css",
            context =>
            {
                context.Response.ContentType = "text/css";
                context.Response.Headers.CacheControl = "max-age=600";
                return context.Response.WriteAsync("p { color: red }");
            }
        );
        var records = await ArchiveAsync(
            Site.Page("/one", $"<link rel=stylesheet href=/style.css><p>{Words}</p>"),
            Site.Page("/two", $"<link rel=stylesheet href=/style.css><p>{Words}</p>")
        );

        Assert.Single(records, r => r.Type is "response" && r.Uri!.EndsWith("/style.css", StringComparison.Ordinal));
        Of(records, "/one");
        Of(records, "/two");
    }

    [Fact]
    public async Task Visit_Cancelled_LeavesNothingAndEnds()
    {
        var requested = new TaskCompletionSource();
        var url = Site.Answer(
            "/hangs",
            async context =>
            {
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync($"<p>{Words}</p>");
                await context.Response.Body.FlushAsync();
                requested.TrySetResult();
                await Site.Ending(context);
            }
        );
        using var stop = new CancellationTokenSource();
        await using var fetcher = Open(visits: new VisitOptions { Archive = _archive });
        var fetching = fetcher.FetchAsync(url, Ample, stop.Token);
        await requested.Task.WaitAsync(Guard, Cancellation);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetching);
        Assert.Equal(0, _archive.Records.Length);
        await AssertEndedCleanAsync(fetcher);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _archive.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Answer(string path, string contentType, byte[] content) =>
        Site.Answer(
            path,
            context =>
            {
                context.Response.ContentType = contentType;
                return context.Response.Body.WriteAsync(content).AsTask();
            }
        );

    private Task<IReadOnlyList<ReadRecord>> ArchiveAsync(params Uri[] urls) => ArchiveAsync(new VisitOptions(), urls);

    private async Task<IReadOnlyList<ReadRecord>> ArchiveAsync(VisitOptions visits, params Uri[] urls)
    {
        await using var fetcher = Open(visits: visits with { Archive = _archive });
        foreach (var url in urls)
        {
            var result = await FetchAsync(fetcher, url);
            Assert.Null(result.Error);
            Assert.DoesNotContain(result.Warnings, w => w.Code == PageWarningCode.ArchiveIncomplete);
        }
        await AssertEndedCleanAsync(fetcher);
        return Records();
    }

    private IReadOnlyList<ReadRecord> Records()
    {
        using var content = new MemoryStream();
        _archive.Records.Open().CopyTo(content);
        return WarcReader.Read(content.ToArray());
    }

    private static ReadRecord Of(IReadOnlyList<ReadRecord> records, string path) =>
        Assert.Single(
            records,
            r => r.Type is "response" && string.Equals(new Uri(r.Uri!).AbsolutePath, path, StringComparison.Ordinal)
        );
}

public sealed class PlaywrightBrowserArchiveTests : BrowserArchiveTests
{
    private protected override BrowserEngine Engine => BrowserEngine.Playwright;
}
