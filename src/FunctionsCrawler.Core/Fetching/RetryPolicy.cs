using Polly;
using Polly.Retry;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Tries a fetch again when it failed for a passing reason: at most twice, after about 500 ms and about 1 s, or when the
/// server says by Retry-After. A visit that hit its deadline is not tried again; it would only cost another deadline.
/// </summary>
internal sealed class RetryPolicy(TimeProvider timeProvider)
{
    /// <summary>The longest Retry-After that a visit waits for.</summary>
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
                            && !(Asked(result, timeProvider) > MaxRetryAfter)
                    ),
                // Null: by the figures above.
                DelayGenerator = attempt => ValueTask.FromResult(Asked(attempt.Outcome.Result!, timeProvider)),
            }
        )
        .Build();

    /// <summary>Whether the same fetch may succeed a little later: dns, connect, 429, 502, 503, 504.</summary>
    public static bool IsTransient(FetchResult result) =>
        result.Error?.Code switch
        {
            ErrorCode.Dns or ErrorCode.Connect => true,
            ErrorCode.Http4xx => result.Status is 429,
            ErrorCode.Http5xx => result.Status is 502 or 503 or 504,
            _ => false,
        };

    private static TimeSpan? Asked(FetchResult result, TimeProvider time) =>
        RetryAfter.Read(result.RetryAfter, time.GetUtcNow());

    /// <summary>Runs <paramref name="fetch"/> until its result is not transient, three times at most.</summary>
    /// <returns>The last result, and how often it was tried.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled, also while waiting.</exception>
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
