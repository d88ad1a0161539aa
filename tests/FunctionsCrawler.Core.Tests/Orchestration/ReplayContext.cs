using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Core.Tests.Orchestration;

/// <summary>One thing an orchestration did, or that was told to it.</summary>
/// <param name="Kind">activity, orchestration, progress or next, done by it; completed or failed, told to it.</param>
/// <param name="Id">The number of the call.</param>
/// <param name="Name">What was called.</param>
/// <param name="Payload">JSON, or why it failed.</param>
internal sealed record HistoryEvent(string Kind, int Id, string Name, string Payload);

/// <summary>What one generation of one orchestration did, and how to check that it does so again.</summary>
internal sealed record OrchestrationHistory(string Instance, List<HistoryEvent> Events, Action Replay);

/// <summary>An orchestration did other things when it ran against its own history.</summary>
internal sealed class DivergedException(string message) : Exception(message);

/// <summary>
/// Runs orchestrations as a durable engine does: on one thread, one completion at a time. First it records what is
/// scheduled and the order in which completions arrive; then it runs the code again, delivers the recorded completions
/// in that order and fails where the code does anything else.
/// </summary>
internal sealed class ReplayContext : SynchronizationContext, IOrchestrationContext
{
    private readonly List<HistoryEvent> _events;
    private readonly bool _replaying;
    private readonly Func<string, object, Task<object>> _run;
    private readonly ConcurrentQueue<OrchestrationHistory> _histories;
    private readonly Dictionary<int, (Action<string> Complete, Action<string> Fail)> _calls = [];
    private readonly Queue<Action> _posted = [];
    private readonly BlockingCollection<Action> _arrived = [];
    private readonly int _thread;
    private int _position;
    private int _nextCall;
    private CrawlInput? _next;

    private ReplayContext(
        List<HistoryEvent> events,
        bool replaying,
        Func<string, object, Task<object>> run,
        ConcurrentQueue<OrchestrationHistory> histories
    ) =>
        (_events, _replaying, _run, _histories, _thread) = (
            events,
            replaying,
            run,
            histories,
            Environment.CurrentManagedThreadId
        );

    /// <summary>Runs a crawl's orchestration over all its generations.</summary>
    /// <param name="run">Runs an activity by name and input.</param>
    public static async Task<(FinishCrawlOutput Output, IReadOnlyList<OrchestrationHistory> Histories)> RecordAsync(
        Func<string, object, Task<object>> run
    )
    {
        var histories = new ConcurrentQueue<OrchestrationHistory>();
        var input = new CrawlInput(CrawlRig.Id, 0, new CrawlProgress());
        while (true)
        {
            var (output, next) = await RecordAsync(CrawlOrchestration.Definition, "root", input, run, histories);
            if (next is null)
                return (output!, [.. histories]);
            input = next;
        }
    }

    /// <summary>Runs one generation of any orchestration.</summary>
    public static Task<(TOut Output, CrawlInput? Next)> RecordAsync<TIn, TOut>(
        OrchestrationDefinition<TIn, TOut> orchestration,
        string instance,
        TIn input,
        Func<string, object, Task<object>> run,
        ConcurrentQueue<OrchestrationHistory> histories
    ) =>
        Task.Factory.StartNew(
            () =>
            {
                var context = new ReplayContext([], replaying: false, run, histories);
                SetSynchronizationContext(context);
                var main = orchestration.RunAsync(context, Copied(input));
                context.Drain();
                while (!main.IsCompleted)
                {
                    context._arrived.Take()();
                    context.Drain();
                }
                var output = main.GetAwaiter().GetResult();
                var events = context._events;
                histories.Enqueue(
                    new OrchestrationHistory(instance, events, () => Replay(orchestration, input, events, Json(output)))
                );
                return (output, context._next);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    public Task<TOut> CallActivityAsync<TIn, TOut>(ActivityDefinition<TIn, TOut> activity, TIn input) =>
        Call<TOut>("activity", activity.Name, Json(input), async () => (TOut)await _run(activity.Name, Copied(input)!));

    public Task<TOut> CallSubOrchestrationAsync<TIn, TOut>(
        OrchestrationDefinition<TIn, TOut> orchestration,
        string instanceId,
        TIn input
    ) =>
        Call(
            "orchestration",
            $"{orchestration.Name} {instanceId}",
            Json(input),
            async () => (await RecordAsync(orchestration, instanceId, input, _run, _histories)).Output
        );

    public void SetProgress(CrawlProgress progress) => Do(new HistoryEvent("progress", 0, "", Json(progress)));

    public void ContinueAsNew(CrawlInput input)
    {
        Do(new HistoryEvent("next", 0, "", Json(input)));
        _next = input;
    }

    // The awaits of the orchestration come back here. Any other thread means that it awaited something of its own.
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId == _thread)
            _posted.Enqueue(() => d(state));
        else
            _arrived.Add(() => d(state));
    }

    private static void Replay<TIn, TOut>(
        OrchestrationDefinition<TIn, TOut> orchestration,
        TIn input,
        List<HistoryEvent> events,
        string output
    )
    {
        var before = Current;
        var context = new ReplayContext(events, replaying: true, (_, _) => throw new NotSupportedException(), []);
        SetSynchronizationContext(context);
        try
        {
            var main = orchestration.RunAsync(context, Copied(input));
            context.Drain();
            while (context._position < events.Count && events[context._position] is { Kind: "completed" or "failed" } e)
            {
                context._position++;
                if (!context._calls.TryGetValue(e.Id, out var call))
                    throw new DivergedException($"call {e.Id} was never made");
                (e.Kind is "completed" ? call.Complete : call.Fail)(e.Payload);
                context.Drain();
            }
            if (main.IsFaulted)
                main.GetAwaiter().GetResult();
            if (context._position < events.Count)
                throw new DivergedException($"it never did {events[context._position]}");
            if (!main.IsCompleted)
                throw new DivergedException("it waits for something that is not in its history");
            if (!string.Equals(Json(main.Result), output, StringComparison.Ordinal))
                throw new DivergedException($"it returned {Json(main.Result)}, not {output}");
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private Task<TOut> Call<TOut>(string kind, string name, string input, Func<Task<TOut>> run)
    {
        var id = _nextCall++;
        Do(new HistoryEvent(kind, id, name, input));
        var result = new TaskCompletionSource<TOut>();
        _calls[id] = (
            json => result.SetResult(JsonSerializer.Deserialize(json, TypeOf<TOut>())!),
            reason => result.SetException(new ActivityFailedException(name, reason))
        );
        if (!_replaying)
            _ = Task.Run(() => ArriveAsync(id, name, run));
        return result.Task;
    }

    private async Task ArriveAsync<TOut>(int id, string name, Func<Task<TOut>> run)
    {
        HistoryEvent arrived;
        try
        {
            arrived = new HistoryEvent("completed", id, name, Json(await run()));
        }
        catch (Exception e)
        {
            arrived = new HistoryEvent("failed", id, name, e.Message);
        }
        _arrived.Add(() =>
        {
            _events.Add(arrived);
            (arrived.Kind is "completed" ? _calls[id].Complete : _calls[id].Fail)(arrived.Payload);
        });
    }

    private void Do(HistoryEvent now)
    {
        if (!_replaying)
            _events.Add(now);
        else if (_position < _events.Count && _events[_position] == now)
            _position++;
        else
            throw new DivergedException($"it did {now}, not {_events.ElementAtOrDefault(_position)}");
    }

    private void Drain()
    {
        while (_posted.TryDequeue(out var next))
            next();
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, TypeOf<T>());

    private static T Copied<T>(T value) => JsonSerializer.Deserialize(Json(value), TypeOf<T>())!;

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)CrawlJson.Default.GetTypeInfo(typeof(T))!;
}
