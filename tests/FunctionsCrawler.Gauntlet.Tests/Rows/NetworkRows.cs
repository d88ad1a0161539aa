using System.IO.Compression;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Gauntlet.Tests.Site;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T15 and T16: responses that are not pages, pages that are too large, and missing or broken responses.</summary>
internal static class NetworkRows
{
    private const string Html = "text/html; charset=utf-8";

    public static IReadOnlyList<Row> All =>
        [
            new("T15 attachment and PDF", AttachmentAsync),
            new("T15 attachment without end", EndlessAttachmentAsync),
            new("T15 100 MB while the browser closes", DownloadWhileClosingAsync),
            new("T16 redirect loop", RedirectLoopAsync) { IsLong = true },
            new("T16 body without end", EndlessBodyAsync) { IsLong = true },
            new("T16 204 and reset", EmptyAndResetAsync),
            Raw(
                "T16 slow head",
                "http",
                c => c.DripAsync("HTTP/1.1 200 OK\r\n" + new string('X', 5000)),
                ErrorCode.Timeout
            ) with
            {
                IsLong = true,
            },
            Raw(
                "T16 slow body",
                "http",
                c => c.DripAsync("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>" + new string('x', 5000)),
                ErrorCode.Timeout
            ) with
            {
                IsLong = true,
            },
            Raw("T16 no TLS answer", "https", c => c.StallAsync(), ErrorCode.Timeout),
            Raw(
                "T16 no HTTP at all",
                "http",
                c => c.SendAsync("\0\0\0\r\n\r\n"),
                ErrorCode.Protocol,
                ErrorCode.Connect,
                ErrorCode.UnsupportedType
            ) with
            {
                IsLong = true,
            },
            new("T16 gzip bomb", GzipBombAsync) { IsLong = true },
            new("T16 200 MB of HTML", HugeAsync) { IsLong = true },
            new("T16 100,000 nodes", ManyNodesAsync),
            new("T16 1,000 frames", ManyFramesAsync) { IsLong = true },
            new("T16 infinite scroll", InfiniteScrollAsync) { IsLong = true },
        ];

    private static async Task AttachmentAsync(RowRun run)
    {
        var attachment = run.Site.Pour(
            "/file",
            Html,
            "text"u8.ToArray(),
            1,
            r => r.Headers.ContentDisposition = "attachment; filename=file.html"
        );
        await run.FailsAsync(attachment, RowRun.Ample, ErrorCode.UnsupportedType);
        await run.FailsAsync(
            run.Site.Pour("/file.pdf", "application/pdf", "%PDF-1.7"u8.ToArray(), 1),
            RowRun.Ample,
            ErrorCode.UnsupportedType
        );
        await run.NextPageSucceedsAsync();
    }

    private static async Task EndlessAttachmentAsync(RowRun run)
    {
        var url = run.Site.Pour("/endless.zip", "application/zip", new byte[64 * 1024], long.MaxValue);
        await run.FailsAsync(url, RowRun.Ample, ErrorCode.UnsupportedType);
        await run.NextPageSucceedsAsync();
    }

    private static async Task DownloadWhileClosingAsync(RowRun run)
    {
        var url = run.Site.Pour("/big.html", Html, new byte[1024 * 1024], 100);
        await run.NextPageSucceedsAsync();
        var visit = run.FetchAsync(url, RowRun.Ample);
        await run.UntilRequestedAsync("/big.html");
        await run.Chunk.EndAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => visit);
    }

    private static async Task RedirectLoopAsync(RowRun run)
    {
        run.Site.Redirect("/there", "/back");
        await run.FailsAsync(run.Site.Redirect("/back", "/there"), RowRun.Ample, ErrorCode.RedirectLoop);
        await run.NextPageSucceedsAsync();
    }

    private static async Task EndlessBodyAsync(RowRun run)
    {
        var url = run.Site.Answer(
            "/endless",
            async c =>
            {
                c.Response.ContentType = Html;
                await c.Response.WriteAsync("<p>begun");
                await c.Response.Body.FlushAsync();
                await run.Site.EndingAsync(c);
            }
        );
        await run.TimesOutAsync(url);
        await run.NextPageSucceedsAsync();
    }

    private static async Task EmptyAndResetAsync(RowRun run)
    {
        var empty = run.Site.Answer(
            "/204",
            c =>
            {
                c.Response.StatusCode = 204;
                return Task.CompletedTask;
            }
        );
        var nothing = await run.FetchAsync(empty, RowRun.Ample);
        Assert.Equal(204, nothing.Status);
        var reset = run.Site.Socket(async c =>
        {
            await c.ReadHeadAsync();
            await c.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n");
            c.Reset();
        });
        await run.FailsAsync(reset, RowRun.Ample, ErrorCode.Connect);
        await run.NextPageSucceedsAsync();
    }

    private static Row Raw(
        string name,
        string scheme,
        Func<HostileConnection, Task> answer,
        params ErrorCode[] codes
    ) =>
        new(
            name,
            async run =>
            {
                await run.FailsAsync(run.Site.Socket(answer, scheme), RowRun.Brief, codes);
                await run.NextPageSucceedsAsync();
            }
        );

    private static async Task GzipBombAsync(RowRun run)
    {
        // One gzip member of 100 MB, sent 100 times: gzip allows several members, and 100 KB on the wire expand to 100 MB.
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var spaces = new byte[1024 * 1024];
            Array.Fill(spaces, (byte)'a');
            for (var i = 0; i < 100; i++)
                await gzip.WriteAsync(spaces);
        }
        var url = run.Site.Pour("/bomb", Html, packed.ToArray(), 100, r => r.Headers.ContentEncoding = "gzip");
        await run.FailsAsync(
            url,
            TimeSpan.FromSeconds(4),
            ErrorCode.Timeout,
            ErrorCode.TooLarge,
            ErrorCode.RendererCrashed,
            // A crash of a renderer that was measured near its memory limit.
            ErrorCode.Memory
        );
        await run.NextPageSucceedsAsync();
    }

    private static async Task HugeAsync(RowRun run)
    {
        var piece = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("<p>paragraph</p>\n", 60_000)));
        var url = run.Site.Pour("/huge", Html, piece, 200_000_000 / piece.Length + 1);
        await run.FailsAsync(
            url,
            TimeSpan.FromSeconds(4),
            ErrorCode.Timeout,
            ErrorCode.TooLarge,
            ErrorCode.RendererCrashed
        );
        await run.NextPageSucceedsAsync();
    }

    private static async Task ManyNodesAsync(RowRun run)
    {
        var script =
            "for (let i = 0; i < 100000; i++) document.body.append(document.createElement('i')); p.textContent = 'all there';";
        await run.PageContainsAsync(run.Site.Script("/nodes", script), "all there");
        await run.NextPageSucceedsAsync();
    }

    private static async Task ManyFramesAsync(RowRun run)
    {
        run.Site.Page("/frame", "framed");
        var frames = string.Concat(Enumerable.Repeat("<iframe src=/frame></iframe>", 1000));
        // This takes 10 to 25 s on two cores, and longer on a busy machine.
        var page = await run.FetchAsync(run.Site.Page("/frames", "<p>framing</p>" + frames), TimeSpan.FromSeconds(80));
        Assert.Null(page.Error);
        Assert.Contains("framing", page.Text, StringComparison.Ordinal);
        await run.NextPageSucceedsAsync();
    }

    private static async Task InfiniteScrollAsync(RowRun run)
    {
        var script = """
            const more = () => { for (let i = 0; i < 50; i++) document.body.append('more ', document.createElement('p')); };
            new IntersectionObserver(more).observe(p); onscroll = more; setInterval(() => { more(); scrollBy(0, 1e6); }, 10);
            """;
        await run.PageContainsAsync(run.Site.Script("/scroll", script), "more");
        await run.NextPageSucceedsAsync();
    }
}
