using System.Text.Json.Nodes;
using Google.Protobuf;
using P = Microsoft.DurableTask.Protobuf;

namespace FunctionsCrawler.Functions.Tests.Golden;

/// <summary>
/// Reads and writes turns in the JSON of Durable's protocol: alternating lines of the engine's request and the code's response.
/// </summary>
internal static class TurnFile
{
    public static string Write(IEnumerable<RecordedTurn> turns) =>
        string.Concat(turns.SelectMany(t => new[] { Format(Stripped(t.Request)), Format(Stripped(t.Response)) }));

    public static IReadOnlyList<RecordedTurn> Read(string text) =>
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Chunk(2)
                .Select(pair => new RecordedTurn(
                    P.OrchestratorRequest.Parser.ParseJson(pair[0]),
                    P.OrchestratorResponse.Parser.ParseJson(pair[1])
                )),
        ];

    /// <summary>
    /// The actions of a response, one per line, with ids, names and payloads. The custom status is not part of the history, so
    /// a later version may publish another one. Members that later versions add to inputs are left out.
    /// </summary>
    public static IReadOnlyList<string> Steps(P.OrchestratorResponse response) =>
        [.. Stripped(response).Actions.OrderBy(a => a.Id).Select(a => JsonFormatter.Default.Format(a))];

    private static string Format(IMessage message) => JsonFormatter.Default.Format(message) + "\n";

    // Removes trace contexts, tokens, and stack traces, which contain local paths.
    private static P.OrchestratorRequest Stripped(P.OrchestratorRequest request)
    {
        Assert.False(request.RequiresHistoryStreaming, "the history is too long to be recorded");
        var to = request.Clone();
        to.Properties.Clear();
        to.OrchestrationTraceContext = null;
        foreach (var e in to.PastEvents.Concat(to.NewEvents))
        {
            if (e.ExecutionStarted is { } started)
                (started.ParentTraceContext, started.OrchestrationSpanID) = (null, null);
            if (e.TaskScheduled is { } task)
                task.ParentTraceContext = null;
            if (e.SubOrchestrationInstanceCreated is { } sub)
                sub.ParentTraceContext = null;
            Strip(e.TaskFailed?.FailureDetails);
            Strip(e.SubOrchestrationInstanceFailed?.FailureDetails);
        }
        return to;
    }

    private static P.OrchestratorResponse Stripped(P.OrchestratorResponse response)
    {
        var to = response.Clone();
        (to.CompletionToken, to.OrchestrationTraceContext, to.NumEventsProcessed) = ("", null, null);
        foreach (var action in to.Actions)
        {
            if (action.ScheduleTask is { } task)
                (task.ParentTraceContext, task.Input) = (null, WithoutAddedMembers(task.Input));
            if (action.CreateSubOrchestration is { } sub)
                sub.ParentTraceContext = null;
            Strip(action.CompleteOrchestration?.FailureDetails);
        }
        return to;
    }

    private static string WithoutAddedMembers(string input)
    {
        if (JsonNode.Parse(input) is not JsonObject json || !json.Remove("then"))
            return input;
        return json.ToJsonString();
    }

    private static void Strip(P.TaskFailureDetails? failure)
    {
        for (; failure is not null; failure = failure.InnerFailure)
            failure.StackTrace = null;
    }
}
