using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>What clients ask about their account. There are no credits here, so there are always enough.</summary>
internal sealed class TeamRoutes(CrawlService crawls, CrawlerOptions options)
{
    private const int Credits = 1_000_000_000;
    private const int MaxCounted = 100;

    /// <summary>GET /team/credit-usage and /team/token-usage.</summary>
    public static IResult ReportUsage(string unit) =>
        new JsonAnswer(
            new JsonObject
            {
                ["success"] = true,
                ["data"] = new JsonObject
                {
                    [$"remaining{unit}"] = Credits,
                    [$"plan{unit}"] = Credits,
                    ["billingPeriodStart"] = null,
                    ["billingPeriodEnd"] = null,
                },
            }
        );

    /// <summary>GET /concurrency-check.</summary>
    public async Task<IResult> ReportConcurrencyAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new JsonAnswer(
            new JsonObject
            {
                ["success"] = true,
                ["concurrency"] = await CountAsync(CrawlStatusState.Running, context.RequestAborted),
                ["maxConcurrency"] = options.MaxRunning,
            }
        );
    }

    /// <summary>GET /team/queue-status.</summary>
    public async Task<IResult> ReportQueueAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var running = await CountAsync(CrawlStatusState.Running, context.RequestAborted);
        var waiting = await CountAsync(CrawlStatusState.Accepted, context.RequestAborted);
        return new JsonAnswer(
            new JsonObject
            {
                ["success"] = true,
                ["jobsInQueue"] = running + waiting,
                ["activeJobsInQueue"] = running,
                ["waitingJobsInQueue"] = waiting,
                ["maxConcurrency"] = options.MaxRunning,
                ["mostRecentSuccess"] = null,
            }
        );
    }

    private async Task<int> CountAsync(CrawlStatusState state, CancellationToken cancellationToken) =>
        (await crawls.ListAsync(state, MaxCounted, null, cancellationToken)).Items.Count;
}
