using System.Collections.Concurrent;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Core.Tests.Orchestration;

/// <summary>
/// Runs orchestrations as a durable engine does: on one thread, one completion at a time. It first records all actions and the
/// order in which completions arrive. On replay it runs the code again, delivers the recorded completions in that order, and
/// fails at the first action that differs.
/// </summary>
internal sealed class ReplayContext : SynchronizationContext, IOrchestrationContext
{
    /// <summary>The kind of a published progress. Replays skip it.</summary>
    public const string ProgressKind = "progress";

    private readonly List<HistoryEvent> _events = [];
    private readonly IReadOnlyList<HistoryEvent> _recorded;
    private readonly bool _replaying;
    private readonly Func<string, object, Task<object>> _run;
    private readonly ConcurrentQueue<OrchestrationHistory> _histories;
    private readonly Dictionary<int, (Action<string> Complete, Action<string> Fail)> _calls = [];
    private readonly Queue<Action> _posted = [];
    private readonly BlockingCollection<Action> _arrivals = [];
    private readonly int _thread;
    private int _position;
    private int _nextCall;
    private CrawlInput? _next;

    private ReplayContext(
        IReadOnlyList<HistoryEvent> recorded,
        bool replaying,
        Func<string, object, Task<object>> run,
        ConcurrentQueue<OrchestrationHistory> histories
    ) =>
        (_recorded, _replaying, _run, _histories, _thread) = (
            recorded,
            replaying,
            run,
            histories,
            Environment.CurrentManagedThreadId
        );

    /// <summary>Runs all generations of a crawl's orchestration and records them.</summary>
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

    /// <summary>Runs one generation of an orchestration and records it.</summary>
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
                var main = orchestration.RunAsync(context, Copy(input));
                context.Drain();
                while (!main.IsCompleted)
                {
                    context._arrivals.Take()();
                    context.Drain();
                }
                var recorded = new RecordedGeneration(
                    orchestration.Name,
                    instance,
                    Json(input),
                    context._events,
                    main.IsCompletedSuccessfully ? Json(main.Result) : null,
                    main.Exception?.InnerException?.Message
                );
                histories.Enqueue(new OrchestrationHistory(recorded, () => Replay(orchestration, recorded)));
                return (main.GetAwaiter().GetResult(), context._next);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    public Task<TOut> CallActivityAsync<TIn, TOut>(ActivityDefinition<TIn, TOut> activity, TIn input) =>
        Call<TOut>("activity", activity.Name, Json(input), async () => (TOut)await _run(activity.Name, Copy(input)!));

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

    // The custom status of an orchestration is not part of its history, so a later version may publish other progress.
    public void SetProgress(CrawlProgress progress)
    {
        if (!_replaying)
            _events.Add(new HistoryEvent(ProgressKind, 0, "", Json(progress)));
    }

    public Task DelayAsync(TimeSpan delay) =>
        Call("timer", "", delay.ToString("c"), () => Task.FromResult(new NotifyWebhookOutput(true)));

    public void ContinueAsNew(CrawlInput input)
    {
        AddOrCheck(new HistoryEvent("next", 0, "", Json(input)));
        _next = input;
    }

    // Continuations of the orchestration are posted here. A different thread means that it awaited a task that is not ours.
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId == _thread)
            _posted.Enqueue(() => d(state));
        else
            _arrivals.Add(() => d(state));
    }

    /// <summary>Replays a generation that was recorded by this or another version of the orchestration.</summary>
    /// <exception cref="DivergedException">The orchestration differs; the message names the first difference.</exception>
    public static void Replay<TIn, TOut>(OrchestrationDefinition<TIn, TOut> orchestration, RecordedGeneration recorded)
    {
        var before = Current;
        List<HistoryEvent> events = [.. recorded.Events.Where(e => e.Kind != ProgressKind)];
        var context = new ReplayContext(events, replaying: true, (_, _) => throw new NotSupportedException(), []);
        SetSynchronizationContext(context);
        try
        {
            var main = orchestration.RunAsync(context, Read<TIn>(recorded.Input));
            context.Drain();
            while (context._position < events.Count && events[context._position] is { Kind: "completed" or "failed" } e)
            {
                context._position++;
                if (!context._calls.TryGetValue(e.Id, out var call))
                    throw new DivergedException($"call {e.Id} was never made");
                (e.Kind is "completed" ? call.Complete : call.Fail)(e.Payload);
                context.Drain();
            }
            if (main.IsFaulted && (recorded.Failure is null || main.Exception.InnerException is DivergedException))
                main.GetAwaiter().GetResult();
            if (context._position < events.Count)
                throw new DivergedException($"step {context._position}: it never did {events[context._position]}");
            if (!main.IsCompleted)
                throw new DivergedException("it waits for something that is not in its history");
            var (output, failure) = main.IsFaulted
                ? (null, main.Exception.InnerException!.Message)
                : (Json(main.Result), (string?)null);
            if ((output, failure) != (recorded.Output, recorded.Failure))
                throw new DivergedException(
                    $"it returned {output ?? failure}, not {recorded.Output ?? recorded.Failure}"
                );
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    private Task<TOut> Call<TOut>(string kind, string name, string input, Func<Task<TOut>> run)
    {
        var id = _nextCall++;
        AddOrCheck(new HistoryEvent(kind, id, name, input));
        var result = new TaskCompletionSource<TOut>();
        _calls[id] = (
            json => result.SetResult(Read<TOut>(json)),
            reason => result.SetException(new ActivityFailedException(name, reason))
        );
        if (!_replaying)
            _ = Task.Run(() => RunCallAsync(id, name, run));
        return result.Task;
    }

    private async Task RunCallAsync<TOut>(int id, string name, Func<Task<TOut>> run)
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
        _arrivals.Add(() =>
        {
            _events.Add(arrived);
            (arrived.Kind is "completed" ? _calls[id].Complete : _calls[id].Fail)(arrived.Payload);
        });
    }

    private void AddOrCheck(HistoryEvent now)
    {
        if (!_replaying)
            _events.Add(now);
        else if (_position < _recorded.Count && now.IsSameStepAs(_recorded[_position]))
            _position++;
        else
            throw new DivergedException(
                $"step {_position}: it did {now}, not {_recorded.ElementAtOrDefault(_position)?.ToString() ?? "nothing"}"
            );
    }

    private void Drain()
    {
        while (_posted.TryDequeue(out var next))
            next();
    }

    private static string Json<T>(T value) => PayloadJson.Write(value).GetRawText();

    private static T Read<T>(string json) => PayloadJson.Read<T>(JsonElement.Parse(json));

    private static T Copy<T>(T value) => PayloadJson.Read<T>(PayloadJson.Write(value));
}
