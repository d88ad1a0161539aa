using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>The routes about the server itself: health, tokens, configurations.</summary>
internal sealed class ServerRoutes(Crawl4aiHost host)
{
    // Clients compare it. It names the version whose contract this is, and ours.
    private static readonly string Version = $"0.9.2+functionscrawler.{CrawlerVersion.Package}";

    /// <summary>GET /health.</summary>
    public IResult ReportHealth() =>
        new JsonAnswer(
            new JsonObject
            {
                ["status"] = "ok",
                ["timestamp"] = host.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0,
                ["version"] = Version,
            }
        );

    /// <summary>GET /monitor/health. There is no pool: each visit has its own browser.</summary>
    public IResult ReportLoad()
    {
        var used = Environment.WorkingSet;
        var percent = 100.0 * used / Math.Max(1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        return new JsonAnswer(
            new JsonObject
            {
                ["container"] = new JsonObject
                {
                    ["memory_percent"] = Math.Round(percent, 1),
                    ["cpu_percent"] = 0,
                    ["network_sent_mb"] = 0,
                    ["network_recv_mb"] = 0,
                    ["uptime_seconds"] = (long)(host.Time.GetUtcNow() - host.StartedAt).TotalSeconds,
                },
                ["pool"] = new JsonObject
                {
                    ["permanent"] = new JsonObject { ["active"] = false, ["memory_mb"] = 0 },
                    ["hot"] = new JsonObject { ["count"] = 0, ["memory_mb"] = 0 },
                    ["cold"] = new JsonObject { ["count"] = 0, ["memory_mb"] = 0 },
                    ["total_memory_mb"] = 0,
                },
                ["janitor"] = new JsonObject
                {
                    ["next_cleanup_estimate"] = null,
                    ["memory_pressure"] = percent switch
                    {
                        < 60 => "LOW",
                        < 80 => "MEDIUM",
                        _ => "HIGH",
                    },
                },
            }
        );
    }

    /// <summary>POST /token. The token is a key of the server; without keys any text will do.</summary>
    public async Task<IResult> CreateTokenAsync(HttpContext context)
    {
        var (body, refusal) = await JsonBody.ReadAsync(context);
        if (body is null)
            return refusal!;
        if (Text(body.Value, "email") is not { } email || email.IndexOf('@', StringComparison.Ordinal) is < 1)
            return Crawl4aiError.Unprocessable("email", "value is not a valid email address");
        var key = Text(body.Value, "api_token");
        if (host.Keys.AreRequired && (key is null || !host.Keys.Has(key)))
            return Crawl4aiError.Result(401, "Invalid or missing api_token");
        return new JsonAnswer(
            new JsonObject
            {
                ["email"] = email,
                ["access_token"] = key ?? "any",
                ["token_type"] = "bearer",
            }
        );
    }

    /// <summary>GET /schema.</summary>
    public static IResult DescribeConfigs() =>
        new JsonAnswer(
            new JsonObject
            {
                ["browser"] = StandardConfigs.Typed("BrowserConfig", StandardConfigs.Browser()),
                ["crawler"] = StandardConfigs.Typed("CrawlerRunConfig", StandardConfigs.Run()),
            }
        );

    /// <summary>POST /config/dump.</summary>
    public static async Task<IResult> DumpAsync(HttpContext context)
    {
        var (body, refusal) = await JsonBody.ReadAsync(context);
        if (body is null)
            return refusal!;
        var type = Text(body.Value, "type");
        if (
            type is not ("BrowserConfig" or "CrawlerRunConfig")
            || !body.Value.TryGetProperty("params", out var parameters)
            || parameters.ValueKind != JsonValueKind.Object
        )
            return Crawl4aiError.Result(
                400,
                "It must be {\"type\":\"CrawlerRunConfig\",\"params\":{…}} or the same with BrowserConfig."
            );
        var findings = new RequestFindings();
        var fields = new ConfigGrammar(findings).Read(parameters) as JsonObject ?? [];
        RefusedParts.Check(new FieldReader(JsonElement.Parse(fields.ToJsonString()), "", findings), type, findings);
        return findings.Faults.Count > 0
            ? Crawl4aiError.Invalid(findings.Faults)
            : new JsonAnswer(StandardConfigs.Typed(type, JsonNode.Parse(parameters.GetRawText())!.AsObject()));
    }

    /// <summary>GET /hooks/info.</summary>
    public static IResult DescribeHooks() =>
        new JsonAnswer(
            new JsonObject
            {
                // Hooks are not offered.
                ["available_actions"] = new JsonObject(),
                ["usage"] = new JsonObject
                {
                    ["field"] = "hooks",
                    ["shape"] = new JsonObject(),
                    ["max_hooks"] = 10,
                },
                ["timeout_limits"] = new JsonObject
                {
                    ["min"] = 1,
                    ["max"] = 120,
                    ["default"] = 30,
                },
            }
        );

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
