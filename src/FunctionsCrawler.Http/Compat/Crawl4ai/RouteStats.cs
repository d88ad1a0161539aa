using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>How often the routes of this process were called, and how long that took.</summary>
internal sealed class RouteStats
{
    private readonly ConcurrentDictionary<string, Entry> _routes = new(StringComparer.Ordinal);

    /// <summary>Counts a call.</summary>
    public void Add(string route, TimeSpan elapsed, bool hasFailed) =>
        _routes.AddOrUpdate(
            route,
            _ => new Entry(1, elapsed, hasFailed ? 1 : 0),
            (_, old) => new Entry(old.Count + 1, old.Elapsed + elapsed, old.Errors + (hasFailed ? 1 : 0))
        );

    /// <summary>Writes the numbers by route.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (route, entry) in _routes.OrderBy(r => r.Key, StringComparer.Ordinal))
            json[route] = new JsonObject
            {
                ["count"] = entry.Count,
                ["avg_latency_ms"] = Math.Round(entry.Elapsed.TotalMilliseconds / entry.Count, 1),
                ["success_rate_percent"] = Math.Round(100.0 * (entry.Count - entry.Errors) / entry.Count, 1),
                ["pool_hit_rate_percent"] = 0,
                ["errors"] = entry.Errors,
            };
        return json;
    }

    private sealed record Entry(long Count, TimeSpan Elapsed, long Errors);
}
