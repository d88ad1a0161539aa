using System.Text.Json.Nodes;

namespace FunctionsCrawler.Core.Tests.Orchestration;

/// <summary>One action of an orchestration, or one completion that it received.</summary>
/// <param name="Kind">An action: activity, orchestration, progress or next. A completion: completed or failed.</param>
/// <param name="Id">The number of the call.</param>
/// <param name="Name">The name of the called activity or orchestration.</param>
/// <param name="Payload">JSON; the reason of a failure.</param>
internal sealed record HistoryEvent(string Kind, int Id, string Name, string Payload)
{
    /// <summary>
    /// Whether a replay that does this step can continue a history that has <paramref name="recorded"/>. Engines compare kinds,
    /// numbers and names. The payload of a step that was recorded is never used again, so a newer version may add members to
    /// it; here those that were recorded must still be the same.
    /// </summary>
    public bool IsSameStepAs(HistoryEvent recorded)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        return this == recorded
            || (
                this with { Payload = "" } == recorded with { Payload = "" }
                && Parse(Payload) is JsonObject now
                && Parse(recorded.Payload) is JsonObject before
                && before.All(member => JsonNode.DeepEquals(member.Value, now[member.Key]))
            );
    }

    // A failure is not JSON.
    private static JsonNode? Parse(string payload) => payload.StartsWith('{') ? JsonNode.Parse(payload) : null;
}

/// <summary>The recorded events of one generation of an orchestration.</summary>
/// <param name="Orchestration">The name of the orchestration.</param>
/// <param name="Instance">The id of the instance.</param>
/// <param name="Input">The input as JSON.</param>
/// <param name="Events">The events, in order.</param>
/// <param name="Output">The output as JSON; null if the orchestration failed.</param>
/// <param name="Failure">The reason of the failure; null if the orchestration succeeded.</param>
internal sealed record RecordedGeneration(
    string Orchestration,
    string Instance,
    string Input,
    IReadOnlyList<HistoryEvent> Events,
    string? Output,
    string? Failure
);

/// <summary>A recorded generation, and a delegate that replays it with the same code.</summary>
internal sealed record OrchestrationHistory(RecordedGeneration Recorded, Action Replay)
{
    public string Instance => Recorded.Instance;

    public IReadOnlyList<HistoryEvent> Events => Recorded.Events;
}

/// <summary>A replayed orchestration did something other than its history says.</summary>
internal sealed class DivergedException(string message) : Exception(message);
