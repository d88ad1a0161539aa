using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Intake;

/// <summary>
/// Reads a request as strangers send it, strictly: every unknown field, wrong type and value out of range is a fault, and
/// all of them are told at once. What is stored is read elsewhere, leniently.
/// </summary>
public static class CrawlRequestReader
{
    /// <summary>Reads a request.</summary>
    /// <param name="json">JSON in UTF-8: one object.</param>
    public static RequestReading Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        // Text that is no Unicode is found only when it is looked at, and comes as the second.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new RequestReading(null, [new RequestFault("", $"It is no JSON: {e.Message}")]);
        }
    }

    private static RequestReading Read(JsonElement root)
    {
        var check = new JsonShapeCheck(CrawlJson.Default.Options);
        var sound = check.Read(root, CrawlJson.Default.CrawlRequest);
        // What has the right shape is judged too, as if the rest were not there.
        var request = (sound as JsonObject ?? []).Deserialize(CrawlJson.Default.CrawlRequest)!;
        var faults = check
            .Faults.Concat(CrawlRequestValidator.Validate(request).Where(f => !check.HasFaultIn(f.Field)))
            .ToList();
        return new RequestReading(faults.Count == 0 ? request : null, faults);
    }
}

/// <summary>A request, or what is wrong with it.</summary>
/// <param name="Request">The request; null when there are faults.</param>
/// <param name="Faults">All of them. One with an empty field is about the whole.</param>
public sealed record RequestReading(CrawlRequest? Request, IReadOnlyList<RequestFault> Faults);
