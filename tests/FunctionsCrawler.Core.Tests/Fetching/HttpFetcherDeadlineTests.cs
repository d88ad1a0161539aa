using System.Net.Sockets;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Fetching;

/// <summary>Tests deadlines with a fake clock.</summary>
public sealed class HttpFetcherDeadlineTests : HttpFetcherTestBase
{
    private static readonly TimeSpan Deadline = TimeSpan.FromHours(1);
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Fetch_SlowHeaders_IsTimeout()
    {
        await using var server = RawServer.Hanging("HTTP/1.1 200 OK\r\nContent-T");
        using var fetcher = new HttpFetcher(new HttpFetcherOptions(), _clock);

        var fetch = fetcher.FetchAsync(server.Url, Deadline, Cancellation);
        await server.Requested;
        _clock.Advance(Deadline - TimeSpan.FromMilliseconds(1));
        Assert.False(fetch.IsCompleted);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        AssertError(ErrorCode.Timeout, await SoonAsync(fetch));
    }

    [Theory]
    [InlineData("Content-Length: 100\r\n\r\n<p>")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3\r\n<p>\r\n")]
    [InlineData("Content-Encoding: gzip\r\nContent-Length: 100\r\n\r\n\u001f")]
    public async Task Fetch_SlowBody_IsTimeoutWithStatus(string rest)
    {
        await using var server = RawServer.Hanging($"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{rest}");
        var waitsForBody = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var fetcher = new HttpFetcher(new HttpFetcherOptions { Connect = Watched(waitsForBody) }, _clock);

        var fetch = fetcher.FetchAsync(server.Url, Deadline, Cancellation);
        await waitsForBody.Task;
        Assert.False(fetch.IsCompleted);
        _clock.Advance(Deadline);
        var result = await SoonAsync(fetch);

        AssertError(ErrorCode.Timeout, result);
        Assert.Equal(200, result.Status);
    }

    [Fact]
    public async Task Fetch_SlowRedirects_ShareOneDeadline()
    {
        await using var server = await PageServer.StartAsync(context =>
        {
            _clock.Advance(Deadline * 0.4);
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = context.Request.Path + "x";
            return Task.CompletedTask;
        });
        using var fetcher = new HttpFetcher(new HttpFetcherOptions(), _clock);

        var result = await fetcher.FetchAsync(new Uri(server.Url, "x"), Deadline, Cancellation);

        AssertError(ErrorCode.Timeout, result);
        Assert.InRange(result.Redirects.Count, 1, 2);
    }

    [Fact]
    public async Task Fetch_HookNeverReturns_IsTimeout()
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var options = new HttpFetcherOptions
        {
            BeforeHop = async (_, cancellation) =>
            {
                called.SetResult();
                await Task.Delay(Timeout.Infinite, cancellation);
                return null;
            },
        };
        using var fetcher = new HttpFetcher(options, _clock);

        var fetch = fetcher.FetchAsync(new Uri("http://example.com/"), Deadline, Cancellation);
        await called.Task;
        _clock.Advance(Deadline);

        AssertError(ErrorCode.Timeout, await SoonAsync(fetch));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public async Task Fetch_NoTimeLeft_IsTimeout(int seconds)
    {
        await using var server = await PageServer.StartAsync(context => context.Response.WriteAsync("x"));
        using var fetcher = new HttpFetcher(new HttpFetcherOptions(), _clock);

        AssertError(
            ErrorCode.Timeout,
            await fetcher.FetchAsync(server.Url, TimeSpan.FromSeconds(seconds), Cancellation)
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100\r\n\r\n<p>")]
    public async Task Fetch_Cancelled_ThrowsAtOnce(string beginning)
    {
        await using var server = RawServer.Hanging(beginning);
        using var fetcher = new HttpFetcher(new HttpFetcherOptions(), _clock);
        using var cancel = new CancellationTokenSource();

        var fetch = fetcher.FetchAsync(server.Url, Deadline, cancel.Token);
        await server.Requested;
        await cancel.CancelAsync();

        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SoonAsync(fetch));
        Assert.Equal(cancel.Token, thrown.CancellationToken);
    }

    [Fact]
    public async Task Fetch_AlreadyCancelled_ThrowsWithoutRequest()
    {
        await using var server = await PageServer.StartAsync(_ => throw new InvalidOperationException("Requested."));
        using var fetcher = new HttpFetcher(new HttpFetcherOptions(), _clock);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            fetcher.FetchAsync(server.Url, Deadline, new CancellationToken(canceled: true))
        );
    }

    /// <summary>
    /// Waits with a limit in real time, so that a fetch that ignores the fake clock fails instead of hanging.
    /// </summary>
    private static Task<FetchResult> SoonAsync(Task<FetchResult> fetch) => fetch.WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>
    /// Completes <paramref name="secondRead"/> when the client has consumed the first bytes and reads again.
    /// </summary>
    private static Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> Watched(
        TaskCompletionSource secondRead
    ) =>
        async (context, cancellation) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            return new WatchedStream(socket, secondRead);
        };

    private sealed class WatchedStream(Socket socket, TaskCompletionSource secondRead)
        : NetworkStream(socket, ownsSocket: true)
    {
        private int _received;

        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (_received > 0)
                secondRead.TrySetResult();
            var count = await base.ReadAsync(buffer, cancellationToken);
            _received += count;
            return count;
        }
    }
}
