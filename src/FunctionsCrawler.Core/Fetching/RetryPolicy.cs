using FunctionsCrawler.Contracts;
using Polly;
using Polly.Retry;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Retries a fetch after a transient failure, at most twice: after the server's Retry-After, otherwise after about 500 ms and
/// about 1 s. Timeouts are not retried, because a retry would likely cost the same time again.
/// </summary>
internal sealed class RetryPolicy(TimeProvider timeProvider)
{
    /// <summary>The longest Retry-After worth waiting for; with a longer one the fetch is not retried.</summary>
    private static readonly TimeSpan MaxRetryAfter = TimeSpan.FromMinutes(1);

    private readonly ResiliencePipeline<FetchResult> _pipeline = new ResiliencePipelineBuilder<FetchResult>
    {
        TimeProvider = timeProvider,
    }
        .AddRetry(
            new RetryStrategyOptions<FetchResult>
            {
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(5),
                UseJitter = true,
                ShouldHandle = attempt =>
                    ValueTask.FromResult(
                        attempt.Outcome.Result is { } result
                            && IsTransient(result)
                            && !(RequestedDelay(result, timeProvider) > MaxRetryAfter)
                    ),
                // Null means the exponential backoff configured above.
                DelayGenerator = attempt => ValueTask.FromResult(RequestedDelay(attempt.Outcome.Result!, timeProvider)),
            }
        )
        .Build();

    /// <summary>Whether the same fetch may succeed shortly afterwards: dns, connect, 429, 502, 503, 504.</summary>
    public static bool IsTransient(FetchResult result) =>
        result.Error?.Code switch
        {
            ErrorCode.Dns or ErrorCode.Connect => true,
            ErrorCode.Http4xx => result.Status is 429,
            ErrorCode.Http5xx => result.Status is 502 or 503 or 504,
            _ => false,
        };

    private static TimeSpan? RequestedDelay(FetchResult result, TimeProvider time) =>
        RetryAfter.Read(result.RetryAfter, time.GetUtcNow());

    /// <summary>Runs <paramref name="fetch"/> until it succeeds or fails permanently, at most three times.</summary>
    /// <returns>The last result and the number of attempts.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled during an attempt or a delay.</exception>
    public async Task<(FetchResult Result, int Attempts)> ExecuteAsync(
        Func<CancellationToken, Task<FetchResult>> fetch,
        CancellationToken cancellationToken
    )
    {
        var attempts = 0;
        var result = await _pipeline
            .ExecuteAsync(
                async token =>
                {
                    attempts++;
                    return await fetch(token).ConfigureAwait(false);
                },
                cancellationToken
            )
            .ConfigureAwait(false);
        return (result, attempts);
    }
}
