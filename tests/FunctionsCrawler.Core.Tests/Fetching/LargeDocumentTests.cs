using System.Text;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Memory;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>Documents over 4 MiB: they download side by side, and are read one at a time.</summary>
public sealed class LargeDocumentTests : HttpFetcherTestBase
{
    private const int MiB = 1024 * 1024;

    private readonly LargeDocumentGate _gate = new(null, TimeProvider.System);

    [Fact]
    public async Task Fetch_SlowLargeDocument_DoesNotHoldUpAnother()
    {
        var isSent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await PageServer.StartAsync(async context =>
        {
            await SendAsync(context, 5);
            if (context.Request.Path != "/slow")
                return;
            // It trickles until the other one is read.
            isSent.TrySetResult();
            do await context.Response.Body.WriteAsync("x"u8.ToArray(), context.RequestAborted);
            while (await Task.WhenAny(release.Task, Task.Delay(5, context.RequestAborted)) != release.Task);
        });
        using var fetcher = Fetcher();
        var slow = fetcher.FetchAsync(new Uri(server.Url, "slow"), Ample, Cancellation);
        await isSent.Task.WaitAsync(Ample, Cancellation);
        // What was sent is read far enough to be known as large.
        await Task.Delay(300, Cancellation);

        var fast = await fetcher.FetchAsync(new Uri(server.Url, "fast"), TimeSpan.FromSeconds(20), Cancellation);

        Assert.Null(fast.Error);
        Assert.False(slow.IsCompleted);
        Assert.Equal(5 * MiB, fast.Text!.Length);
        fast.Lease!.Dispose();
        release.SetResult();
        var last = await slow;
        Assert.InRange(last.Text!.Length, 5 * MiB + 1, 6 * MiB);
        last.Lease!.Dispose();
    }

    [Fact]
    public async Task Fetch_AnotherLargeDocumentIsBeingRead_WaitsAfterTheDownloadUntilThatIsDone()
    {
        var isSent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await PageServer.StartAsync(async context =>
        {
            await SendAsync(context, 5);
            if (context.Request.Path == "/second")
                isSent.TrySetResult();
        });
        using var fetcher = Fetcher();
        var first = await fetcher.FetchAsync(new Uri(server.Url, "first"), Ample, Cancellation);

        var second = fetcher.FetchAsync(new Uri(server.Url, "second"), Ample, Cancellation);
        await isSent.Task.WaitAsync(Ample, Cancellation);
        var small = await fetcher.FetchAsync(new Uri(server.Url, "small"), Ample, Cancellation);

        Assert.Equal(1000, small.Text!.Length);
        Assert.Null(small.Lease);
        await Task.Delay(200, Cancellation);
        Assert.False(second.IsCompleted);
        first.Lease!.Dispose();
        (await second.WaitAsync(Ample, Cancellation)).Lease!.Dispose();
    }

    [Fact]
    public async Task Fetch_NoTurnBeforeTheDeadline_TimeoutSaysThatMemoryWasMissing()
    {
        await using var server = await PageServer.StartAsync(context => SendAsync(context, 5));
        using var fetcher = Fetcher();
        using var held = await _gate.EnterAsync(5 * MiB, Cancellation);

        var result = await fetcher.FetchAsync(server.Url, TimeSpan.FromSeconds(2), Cancellation);

        AssertError(ErrorCode.Timeout, result);
        Assert.Equal(
            "5242880 bytes were received, but there was no memory to read them within 00:00:02.",
            result.Error!.Message
        );
        Assert.Equal(5 * MiB, result.Bytes);
    }

    [Fact]
    public async Task Fetch_LargeDocumentFails_LeavesItsTurnToTheNext()
    {
        // Without a content type, binary content is only known as such once it is read.
        await using var server = await PageServer.StartAsync(async context =>
        {
            context.Response.Headers.ContentType = default;
            await context.Response.Body.WriteAsync(new byte[5 * MiB]);
        });
        using var fetcher = Fetcher();

        for (var i = 0; i < 2; i++)
        {
            var result = await fetcher.FetchAsync(server.Url, Ample, Cancellation);
            AssertError(ErrorCode.UnsupportedType, result);
            Assert.Null(result.Lease);
        }
    }

    [Fact]
    public async Task Fetch_AnyContent_LargeIsCutOffAtTheLimit()
    {
        await using var server = await PageServer.StartAsync(context => SendAsync(context, 7));
        using var fetcher = new HttpFetcher(
            new HttpFetcherOptions
            {
                TakesAnyContent = true,
                Limits = new PageLimits { MaxBytes = 5 * MiB },
                Documents = _gate,
            },
            TimeProvider.System
        );

        var result = await fetcher.FetchAsync(server.Url, Ample, Cancellation);

        Assert.Equal(5 * MiB, result.Content.Length);
        Assert.Equal(-1, result.Content.Span.IndexOfAnyExcept((byte)'a'));
        result.Lease!.Dispose();
    }

    private HttpFetcher Fetcher() => new(new HttpFetcherOptions { Documents = _gate }, TimeProvider.System);

    private static async Task SendAsync(HttpContext context, int megabytes)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        var bytes = Encoding.ASCII.GetBytes(new string('a', context.Request.Path == "/small" ? 1000 : megabytes * MiB));
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }
}
