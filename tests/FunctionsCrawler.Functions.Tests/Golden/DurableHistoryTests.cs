using System.Text.Json;
using FunctionsCrawler.Core.Tests.Golden;
using Google.Protobuf;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker.Grpc;
using P = Microsoft.DurableTask.Protobuf;

namespace FunctionsCrawler.Functions.Tests.Golden;

/// <summary>
/// The current functions can continue Durable instances that released versions started. Each recorded turn is run by the same
/// runner as in the Functions worker: it replays the past events and then processes the new ones.
/// </summary>
public sealed class DurableHistoryTests
{
    private static readonly Dictionary<string, Func<TaskOrchestrationContext, Task<JsonElement>>> Functions = new(
        StringComparer.Ordinal
    )
    {
        ["BatchCrawl"] = Orchestrators.RunBatchAsync,
        ["RecursiveCrawl"] = Orchestrators.RunRecursiveAsync,
        ["CrawlWave"] = Orchestrators.RunWaveAsync,
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Histories => GoldenData.All("histories");

    [Theory]
    [MemberData(nameof(Histories))]
    public async Task Functions_TurnsOfAnyVersion_SameActions(string name)
    {
        var turns = TurnFile.Read(await File.ReadAllTextAsync(GoldenData.PathOf(name), Cancellation));

        Assert.NotEmpty(turns);
        foreach (var (request, response) in turns)
            Assert.Equal(TurnFile.Steps(response), TurnFile.Steps(Run(request)));
    }

    [Fact]
    public async Task Replay_HistoryOfOtherCode_FailsAsNondeterministic()
    {
        var path = GoldenData.PathOf("v0.1/histories/several-waves.ndjson");
        var turns = TurnFile.Read(await File.ReadAllTextAsync(path, Cancellation));
        var request = turns.First(t => t.Request.PastEvents.Any(e => e.TaskScheduled is not null)).Request;
        request.PastEvents.First(e => e.TaskScheduled is not null).TaskScheduled.Name = "PlanAll";

        var end = Run(request).Actions.Single(a => a.CompleteOrchestration is not null).CompleteOrchestration;

        Assert.Equal(P.OrchestrationStatus.Failed, end.OrchestrationStatus);
        Assert.Contains("PlanAll", end.FailureDetails.ErrorMessage, StringComparison.Ordinal);
    }

    private static P.OrchestratorResponse Run(P.OrchestratorRequest request)
    {
        var name = request.PastEvents.Concat(request.NewEvents).First(e => e.ExecutionStarted is not null);
        var response = GrpcOrchestrationRunner.LoadAndRun<JsonElement, JsonElement>(
            Convert.ToBase64String(request.ToByteArray()),
            (context, _) => Functions[name.ExecutionStarted.Name](context)
        );
        return P.OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(response));
    }
}
