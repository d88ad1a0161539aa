using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Fetching;

public sealed class RetryPolicyTests : HttpFetcherTestBase
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Execute_503Then200_ReturnsSecondAttempt()
    {
        var answers = 0;
        await using var server = await PageServer.StartAsync(context =>
        {
            context.Response.StatusCode = Interlocked.Increment(ref answers) == 1 ? 503 : 200;
            return context.Response.WriteAsync("here");
        });

        var (result, attempts) = await RunAsync(_ => FetchAsync(server.Url));

        Assert.Equal("here", result.Text);
        Assert.Equal(2, attempts);
    }

    [Theory]
    [InlineData(ErrorCode.Dns, null, 3)]
    [InlineData(ErrorCode.Connect, 200, 3)]
    [InlineData(ErrorCode.Http4xx, 429, 3)]
    [InlineData(ErrorCode.Http5xx, 502, 3)]
    [InlineData(ErrorCode.Http5xx, 503, 3)]
    [InlineData(ErrorCode.Http5xx, 504, 3)]
    [InlineData(ErrorCode.Http5xx, 500, 1)]
    [InlineData(ErrorCode.Http4xx, 404, 1)]
    [InlineData(ErrorCode.Timeout, 503, 1)]
    [InlineData(ErrorCode.Tls, null, 1)]
    [InlineData(ErrorCode.Protocol, 200, 1)]
    [InlineData(ErrorCode.TooLarge, 200, 1)]
    [InlineData(ErrorCode.RedirectLoop, 302, 1)]
    [InlineData(ErrorCode.Internal, null, 1)]
    [InlineData(null, 200, 1)]
    public async Task Execute_SameResultEachTime_RetriesOnlyTransientErrors(ErrorCode? code, int? status, int expected)
    {
        var given = new FetchResult { Status = status, Error = code is { } c ? new PageError(c, "x") : null };
        var calls = 0;

        var (result, attempts) = await RunAsync(_ =>
        {
            calls++;
            return Task.FromResult(given);
        });

        Assert.Same(given, result);
        Assert.Equal(expected, attempts);
        Assert.Equal(expected, calls);
    }

    [Fact]
    public async Task Execute_Transient_WaitsOnTheGivenClock()
    {
        var calls = 0;
        var run = new RetryPolicy(_clock).ExecuteAsync(
            _ =>
            {
                calls++;
                return Task.FromResult(new FetchResult { Error = new PageError(ErrorCode.Dns, "x") });
            },
            Cancellation
        );

        // While the clock stands still, there is no retry.
        Assert.False(run.IsCompleted);
        Assert.Equal(1, calls);
        // The two delays are at most 5 s each.
        for (var i = 0; i < 2; i++)
            _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(3, (await run).Attempts);
    }

    [Fact]
    public async Task Execute_CancelledWhileWaiting_Throws()
    {
        using var cancel = new CancellationTokenSource();
        var run = new RetryPolicy(_clock).ExecuteAsync(
            _ => Task.FromResult(new FetchResult { Error = new PageError(ErrorCode.Dns, "x") }),
            cancel.Token
        );
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    /// <summary>Advances the fake clock until the policy has finished.</summary>
    private async Task<(FetchResult Result, int Attempts)> RunAsync(Func<CancellationToken, Task<FetchResult>> fetch)
    {
        var run = new RetryPolicy(_clock).ExecuteAsync(fetch, Cancellation);
        while (!run.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(run, Task.Delay(1, Cancellation));
        }
        return await run;
    }
}
