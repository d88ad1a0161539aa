using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Core.Tests.Golden;

/// <summary>
/// Checks that the current types read every property of stored JSON. The parser silently ignores properties that were renamed
/// or removed.
/// </summary>
internal static class StoredJson
{
    private static readonly CrawlJson Json = CrawlJson.Default;

    /// <summary>Deserialises and serialises each JSON blob of a store, and compares the result with the blob.</summary>
    /// <returns>The number of blobs compared.</returns>
    public static async Task<int> CheckAsync(MemoryBlobStore store, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var name in store.Names)
        {
            var lines = new List<string>();
            if (name.EndsWith(".ndjson.gz", StringComparison.Ordinal))
                lines = await store.ReadLinesAsync(name, cancellationToken).ToListAsync(cancellationToken);
            else if (name.EndsWith(".json", StringComparison.Ordinal))
                lines.Add(Encoding.UTF8.GetString((await store.GetAsync(name, cancellationToken))!.Value.Span));
            else
                continue;
            for (var line = 0; line < lines.Count; line++)
                Check($"{name}:{line + 1}", lines[line], TypeOf(name, line));
            count++;
        }
        return count;
    }

    private static JsonTypeInfo TypeOf(string name, int line)
    {
        var file = name[(name.LastIndexOf('/') + 1)..];
        return file switch
        {
            "request.json" => Json.StoredRequest,
            "summary.json" => Json.CrawlSummary,
            "duplicates.json" => Json.DictionaryStringString,
            "webhook.json" => Json.WebhookDelivery,
            "plan.json" => Json.WavePlan,
            _ when file.StartsWith("backlog-", StringComparison.Ordinal) => Json.FrontierUrl,
            _ when file.EndsWith(".ndjson.gz", StringComparison.Ordinal) => line == 0
                ? Json.ChunkHeader
                : Json.PageRecord,
            _ when name.Contains("/inputs-", StringComparison.Ordinal) => Json.PlannedChunk,
            _ => throw new NotSupportedException($"the blob {name} has no known type"),
        };
    }

    private static void Check(string place, string stored, JsonTypeInfo type)
    {
        var value = JsonSerializer.Deserialize(stored, type);
        var lost = Lost(JsonNode.Parse(stored), JsonSerializer.SerializeToNode(value, type), "$").ToList();
        Assert.True(lost.Count == 0, $"{place}, read as {type.Type.Name}, loses {string.Join(", ", lost)}");
    }

    private static IEnumerable<string> Lost(JsonNode? stored, JsonNode? read, string path) =>
        (stored, read) switch
        {
            // The checksum of the text; see JsonSeal.
            (JsonObject s, JsonObject r) => s.Where(p => path != "$" || p.Key != "sum")
                .SelectMany(p => Lost(p.Value, r[p.Key], $"{path}.{p.Key}")),
            (JsonArray s, JsonArray r) when s.Count == r.Count => s.SelectMany(
                (item, i) => Lost(item, r[i], $"{path}[{i}]")
            ),
            _ => JsonNode.DeepEquals(stored, read) ? [] : [$"{path}: {stored?.ToJsonString()}"],
        };
}
