using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FunctionsCrawler.Core.Tests.Orchestration;

namespace FunctionsCrawler.Core.Tests.Golden;

/// <summary>Reads and writes recorded generations as JSON, one event per line. Payloads are kept byte for byte.</summary>
internal static class GoldenHistoryFile
{
    public static string Write(IEnumerable<RecordedGeneration> generations)
    {
        var text = new StringBuilder("[\n");
        text.AppendJoin(",\n", generations.Select(Generation));
        return text.Append("\n]\n").ToString();
    }

    public static IReadOnlyList<RecordedGeneration> Read(string json)
    {
        using var file = JsonDocument.Parse(json);
        return [.. file.RootElement.EnumerateArray().Select(Generation)];
    }

    private static string Generation(RecordedGeneration g)
    {
        var events = string.Join(",\n", g.Events.Select(Event));
        var end = g.Failure is null ? $"\"output\":{g.Output}" : $"\"failure\":{Quote(g.Failure)}";
        return $"{{\"orchestration\":{Quote(g.Orchestration)},\"instance\":{Quote(g.Instance)},\"input\":{g.Input},\"events\":[\n{events}\n],{end}}}";
    }

    private static string Event(HistoryEvent e)
    {
        var payload = e.Kind is "failed" ? $"\"reason\":{Quote(e.Payload)}" : $"\"payload\":{e.Payload}";
        return $"{{\"kind\":{Quote(e.Kind)},\"id\":{e.Id},\"name\":{Quote(e.Name)},{payload}}}";
    }

    private static RecordedGeneration Generation(JsonElement g) =>
        new(
            g.GetProperty("orchestration").GetString()!,
            g.GetProperty("instance").GetString()!,
            g.GetProperty("input").GetRawText(),
            [.. g.GetProperty("events").EnumerateArray().Select(Event)],
            g.TryGetProperty("output", out var output) ? output.GetRawText() : null,
            g.TryGetProperty("failure", out var failure) ? failure.GetString() : null
        );

    private static HistoryEvent Event(JsonElement e) =>
        new(
            e.GetProperty("kind").GetString()!,
            e.GetProperty("id").GetInt32(),
            e.GetProperty("name").GetString()!,
            e.TryGetProperty("reason", out var reason) ? reason.GetString()! : e.GetProperty("payload").GetRawText()
        );

    private static string Quote(string text) => $"\"{JavaScriptEncoder.Default.Encode(text)}\"";
}
