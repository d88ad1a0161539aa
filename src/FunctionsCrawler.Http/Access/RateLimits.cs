using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace FunctionsCrawler.Http.Access;

/// <summary>How many requests a caller may make, as a bucket that holds a minute's worth and is refilled steadily.</summary>
internal static class RateLimits
{
    /// <summary>Sets the limits up.</summary>
    public static void Configure(RateLimiterOptions limiter, AccessOptions options)
    {
        var perMinute = options.RequestsPerMinute;
        var bucket = new TokenBucketRateLimiterOptions
        {
            TokenLimit = perMinute,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute,
        };
        limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
            RateLimitPartition.GetTokenBucketLimiter(CallerOf(context, options.Keys), _ => bucket)
        );
        limiter.OnRejected = (rejected, _) =>
            new ValueTask(AnswerAsync(rejected.HttpContext, rejected.Lease, perMinute));
    }

    private static string CallerOf(HttpContext context, ApiKeys keys) =>
        keys.Find(context.Request) is { } key ? $"key {key}" : $"address {context.Connection.RemoteIpAddress}";

    private static Task AnswerAsync(HttpContext context, RateLimitLease lease, int perMinute)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after.TotalSeconds : 0;
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait)).ToString(CultureInfo.InvariantCulture);
        return Problem.Answer(429, $"More than {perMinute} requests a minute.").ExecuteAsync(context);
    }
}
