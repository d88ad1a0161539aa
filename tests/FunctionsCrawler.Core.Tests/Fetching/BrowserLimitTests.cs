using System.IO.Compression;
using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Browsing;
using FunctionsCrawler.Fetching;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>A page that exceeds a limit in the browser is stopped at once.</summary>
public sealed class BrowserLimitTests : BrowserFetcherTestBase
{
    private const int MiB = 1024 * 1024;

    [Theory]
    [InlineData("text/html", "<p>on and on</p>")]
    [InlineData("text/plain", "on and on")]
    public async Task Fetch_EndlessDocument_IsTooLargeAndStopped(string type, string piece)
    {
        var sending = Endless("/endless", type, piece);
        await AssertTooLargeAsync(Site.Url("/endless"), $"more than {MiB} bytes of content");
        await sending.WaitAsync(Guard, Cancellation);
    }

    [Fact]
    public async Task Fetch_GzipBomb_IsTooLarge()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            for (var i = 0; i < 256; i++)
                gzip.Write(new byte[MiB]);
        var url = Site.Answer(
            "/bomb",
            context =>
            {
                context.Response.ContentType = "text/html";
                context.Response.Headers.ContentEncoding = "gzip";
                return context.Response.Body.WriteAsync(compressed.ToArray(), context.RequestAborted).AsTask();
            }
        );
        await AssertTooLargeAsync(url, $"more than {MiB} bytes of content");
    }

    [Theory]
    [InlineData("<img src=/endless>", "image/gif")]
    [InlineData("<script src=/endless></script>", "text/javascript")]
    [InlineData("<link rel=stylesheet href=/endless>", "text/css")]
    [InlineData("<iframe src=/endless></iframe>", "text/html")]
    [InlineData("<script>fetch('/endless').then(r => r.text())</script>", "text/plain")]
    [InlineData("<script>for (let i = 0; i < 300; i++) new Image().src = '/piece?' + i</script>", "text/plain")]
    public async Task Fetch_EndlessResource_IsTooLargeAndStopped(string html, string type)
    {
        // Images are GIFs with a long comment: one that cannot be decoded is cancelled after its first bytes.
        const string GifBegin = "GIF89a\u0001\0\u0001\0\0\0\0!\u00fe";
        var comment = (char)127 + new string('x', 127);
        var sending = type is "image/gif"
            ? Endless("/endless", type, comment, GifBegin)
            : Endless("/endless", type, "/* on and on */");
        var image = Encoding.Latin1.GetBytes(GifBegin + string.Concat(Enumerable.Repeat(comment, 512)));
        Site.Answer("/piece", context => context.Response.Body.WriteAsync(image, context.RequestAborted).AsTask());
        // The page never finishes parsing, so only the limit ends the visit, however slowly the bytes arrive.
        Site.Answer("/held", context => UntilGoneAsync(context.RequestAborted));
        await AssertTooLargeAsync(
            Site.Page("/page", html + "<script src=/held></script>"),
            $"more than {4 * MiB} bytes of content, images and scripts"
        );
        if (Site.WasRequested("/endless"))
            await sending.WaitAsync(Guard, Cancellation);
    }

    [Fact]
    public async Task Fetch_AfterStoppedPage_NextPageCountsFromZero()
    {
        var fetcher = Open(pages: 1, Launch with { Limits = Small });
        for (var i = 0; i < 3; i++)
        {
            var whole = Site.Page($"/whole{i}", new string('x', 900_000) + "<p>the end</p>");
            Assert.Contains("the end", await TextAsync(fetcher, whole), StringComparison.Ordinal);
            _ = Endless($"/endless{i}", "text/html", "<p>on and on</p>");
            Assert.Equal(ErrorCode.TooLarge, (await FetchAsync(fetcher, Site.Url($"/endless{i}"))).Error?.Code);
        }
        await AssertEndedCleanAsync(fetcher);
        Assert.Single(Browsers);
    }

    [Fact]
    public async Task Fetch_MaximumNodes_IsReadAndMoreIsTooLarge()
    {
        // Document, doctype, html, head and body are five nodes; each <i> is one, and so is the text in it.
        var fetcher = Open(pages: 1, Launch with { Limits = Small });
        string Nodes(int count) => string.Concat(Enumerable.Repeat("<i>x</i>", count));
        await TextAsync(fetcher, Site.Page("/fits", Nodes((1000 - 5) / 2)));
        var result = await FetchAsync(fetcher, Site.Page("/exceeds", Nodes(1000 / 2)));
        // On a slow machine the node watch may count before the document is complete.
        Assert.Equal(ErrorCode.TooLarge, result.Error?.Code);
        Assert.Matches("^(1005 DOM nodes|[0-9]+ DOM nodes and growing); the limit is 1000$", result.Error!.Message);
        await AssertEndedCleanAsync(fetcher);
    }

    [Theory]
    [InlineData(
        "setInterval(() => { for (let i = 0; i < 100; i++) document.body.append(document.createElement('i')) })"
    )]
    [InlineData("setInterval(() => { for (let i = 0; i < 100; i++) document.body.append('text') })")]
    [InlineData("for (;;) document.body.append(document.createElement('i'))")]
    public async Task Fetch_ScriptAddsNodesEndlessly_IsTooLargeAndOtherPagesSucceed(string script)
    {
        var fetcher = Open(pages: 2, Launch with { Limits = Small });
        await TextAsync(fetcher, Site.Url("/"));
        // A time limit long enough that only the node limit can end the visit.
        var culprit = FetchAsync(fetcher, Site.Script("/builds", script), 55);
        await UntilAsync(() => Site.WasRequested("/builds"));
        for (var i = 0; i < 4; i++)
            Assert.Contains(
                "neighbour",
                await TextAsync(fetcher, Site.Page($"/n{i}", "neighbour")),
                StringComparison.Ordinal
            );
        var error = (await culprit).Error;
        Assert.Equal(ErrorCode.TooLarge, error?.Code);
        Assert.Contains("the limit is 1000", error!.Message, StringComparison.Ordinal);
        await AssertEndedCleanAsync(fetcher);
    }

    [Fact]
    public async Task Fetch_EndlessNodesBelowByteLimit_IsTooLarge()
    {
        _ = Endless("/nodes", "text/html", "<i>");
        var limits = new PageLimits
        {
            MaxNodes = 1000,
            MaxBytes = int.MaxValue,
            MaxTotalBytes = long.MaxValue,
        };
        var result = await FetchAsync(Open(1, Launch with { Limits = limits }), Site.Url("/nodes"), 55);
        Assert.Equal(ErrorCode.TooLarge, result.Error?.Code);
        Assert.Contains("the limit is 1000", result.Error!.Message, StringComparison.Ordinal);
    }

    [Theory]
    // Hidden, because the layout of so much text can take longer than the visit may.
    [InlineData("p.hidden = true; p.textContent = 'x'.repeat(40 << 20)")]
    [InlineData("p.hidden = true; const text = 'x'.repeat(1 << 20); for (let i = 0; i < 40; i++) p.append(text)")]
    [InlineData("p.title = 'x'.repeat(2 << 20)")]
    public async Task Fetch_ScriptGeneratesLargeHtml_IsTooLarge(string script) =>
        await AssertTooLargeAsync(Site.Script("/much", script), $"characters of HTML; the limit is {MiB}");

    [Fact]
    public async Task Fetch_LongPage_SurrogatePairsStayIntact()
    {
        // Surrogate pairs at even and odd offsets: reading in pieces of any size would split one of them.
        var text =
            string.Concat(Enumerable.Repeat("\U0001F600", 700_000))
            + "x"
            + string.Concat(Enumerable.Repeat("\U0001F601", 700_000));
        var html = await TextAsync(Open(), Site.Page("/long", $"<p>{text}</p>"));
        Assert.Contains($"<p>{text}</p>", html, StringComparison.Ordinal);
        Assert.EndsWith("</body></html>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, null)]
    [InlineData(11, ErrorCode.RedirectLoop)]
    public async Task Fetch_ServerRedirects_AreLimitedAsOverHttp(int count, ErrorCode? code)
    {
        for (var i = 0; i < count; i++)
            Site.Redirect($"/r{i}", i + 1 == count ? "/" : $"/r{i + 1}", 302);
        using var http = new HttpFetcher(new HttpFetcherOptions(), TimeProvider.System);
        IPageFetcher[] fetchers = [http, Open()];
        foreach (var fetcher in fetchers)
        {
            var result = await fetcher.FetchAsync(Site.Url("/r0"), Ample, Cancellation);
            Assert.Equal(code, result.Error?.Code);
            if (code is not null)
                Assert.Contains("ore than 10 redirects", result.Error!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Fetch_Downloads_AreRejectedAndNothingIsWritten()
    {
        const string marker = "what-a-download-would-write";
        Site.Answer(
            "/file",
            context =>
            {
                context.Response.ContentType = "application/zip";
                context.Response.Headers.ContentDisposition = "attachment; filename=file.zip";
                return context.Response.WriteAsync(marker);
            }
        );
        var fetcher = Open();
        var clicks = Site.Page(
            "/clicks",
            $"""
            <p>text</p><a id=a href=/file>a</a><a id=b download=b.txt href='data:text/plain,{marker}'>b</a><a id=c download=c.txt>c</a>
            <script>
            c.href = URL.createObjectURL(new Blob(['{marker}']));
            a.click(); b.click(); c.click();
            </script>
            """
        );
        var page = await FetchAsync(fetcher, clicks);
        var file = await FetchAsync(fetcher, Site.Url("/file"));

        Assert.Null(page.Error);
        Assert.Contains("<p>text</p>", page.Text, StringComparison.Ordinal);
        Assert.Equal(ErrorCode.UnsupportedType, file.Error?.Code);
        var root = Leftovers.TempRoot(Assert.Single(Browsers).Marker);
        Assert.All(
            Directory
                .EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Where(f => new FileInfo(f).LinkTarget is null),
            f =>
                Assert.DoesNotContain(
                    Path.GetFileName(f),
                    (string[])["file.zip", "b.txt", "c.txt"],
                    StringComparer.Ordinal
                )
        );
        await AssertEndedCleanAsync(fetcher);
    }

    private static PageLimits Small { get; } =
        new()
        {
            MaxBytes = MiB,
            MaxTotalBytes = 4 * MiB,
            MaxNodes = 1000,
        };

    private async Task AssertTooLargeAsync(Uri url, string message)
    {
        // A node limit high enough that it does not apply.
        var fetcher = Open(pages: 1, Launch with { Limits = Small with { MaxNodes = 10_000_000 } });
        var result = await FetchAsync(fetcher, url, 55);
        Assert.Equal(ErrorCode.TooLarge, result.Error?.Code);
        Assert.Contains(message, result.Error!.Message, StringComparison.Ordinal);
        Assert.Null(result.Text);
        await AssertEndedCleanAsync(fetcher);
    }

    /// <summary>Completes when the client has disconnected.</summary>
    private static Task UntilGoneAsync(CancellationToken aborted)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        aborted.Register(() => gone.TrySetResult());
        return gone.Task;
    }

    /// <summary>Adds an endless response.</summary>
    /// <returns>Completes when the client has disconnected.</returns>
    private Task Endless(string path, string type, string piece, string begin = "")
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var block = string.Concat(Enumerable.Repeat(piece, 32 * 1024 / piece.Length));
        Site.Answer(
            path,
            async context =>
            {
                context.Response.ContentType = type;
                try
                {
                    await context.Response.Body.WriteAsync(Encoding.Latin1.GetBytes(begin), context.RequestAborted);
                    while (!context.RequestAborted.IsCancellationRequested)
                        await context.Response.WriteAsync(block, context.RequestAborted);
                }
                catch (Exception e) when (e is OperationCanceledException or IOException)
                {
                    // The client has disconnected, as expected.
                }
                gone.TrySetResult();
            }
        );
        return gone.Task;
    }
}
