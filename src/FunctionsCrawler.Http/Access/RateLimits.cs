using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;

namespace FunctionsCrawler.Http.Access;

/// <summary>Limits requests per client with a token bucket that holds the requests of one minute and refills steadily.</summary>
internal static class RateLimits
{
    /// <summary>Configures the rate limiter. A client is a key, or a remote address without a valid key.</summary>
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
            RateLimitPartition.GetTokenBucketLimiter(ClientOf(context, options.Keys), _ => bucket)
        );
        limiter.OnRejected = (rejected, _) =>
            new ValueTask(RejectAsync(rejected.HttpContext, rejected.Lease, perMinute));
    }

    private static string ClientOf(HttpContext context, ApiKeys keys) =>
        keys.Find(context.Request) is { } key ? $"key {key}" : $"address {context.Connection.RemoteIpAddress}";

    private static Task RejectAsync(HttpContext context, RateLimitLease lease, int perMinute)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after.TotalSeconds : 0;
        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait)).ToString(CultureInfo.InvariantCulture);
        return Problem
            .For(context, 429, $"There were more than {perMinute} requests per minute; try again later.")
            .ExecuteAsync(context);
    }
}
