using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Activities;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Orchestration;
using Polly;
using Polly.Retry;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Runs orchestrations in this process. It needs no journal: every activity commits its result to the store once and returns
/// the committed result when called again. A crawl is therefore resumed by running its orchestration from the open wave.
/// </summary>
internal sealed class EmbeddedEngine
{
    private readonly ActivityRunner _activities;
    private readonly IBlobStore _store;
    private readonly WorkerLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _retries;
    private Exception? _fatal;

    /// <summary>Creates an engine that retries activities up to twice.</summary>
    public EmbeddedEngine(
        ActivityRunner activities,
        IBlobStore store,
        WorkerLifetime lifetime,
        ICrawlObserver observer,
        TimeProvider time
    )
    {
        (_activities, _store, _lifetime, _time) = (activities, store, lifetime, time);
        _retries = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    MaxRetryAttempts = 2,
                    Delay = TimeSpan.FromSeconds(1),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    OnRetry = attempt =>
                    {
                        observer.ActivityRetried(attempt.Context.OperationKey!, attempt.Outcome.Exception!);
                        return ValueTask.CompletedTask;
                    },
                    ShouldHandle = static attempt =>
                        ValueTask.FromResult(
                            attempt.Outcome.Exception is { } e
                                && Failures.KindOf(e) == FailureKind.Retry
                                && !attempt.Context.CancellationToken.IsCancellationRequested
                        ),
                }
            )
            .Build();
    }

    /// <summary>Runs a crawl to its end, from the start or from the point of the last interruption.</summary>
    /// <param name="crawlId">A crawl whose request is committed.</param>
    /// <param name="progress">Called on every progress.</param>
    /// <param name="cancellationToken">Stops the crawl at once. Committed results stay, and the crawl can be resumed.</param>
    /// <exception cref="ActivityFailedException">An activity other than CrawlChunk failed, and so did its retries.</exception>
    /// <exception cref="OperationCanceledException">The host is stopping or draining; the crawl can be resumed.</exception>
    public async Task<FinishCrawlOutput> RunAsync(
        string crawlId,
        Action<CrawlProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var before = await new CrawlBlobs(_store, crawlId).ReadProgressAsync(cancellationToken).ConfigureAwait(false);
        progress(before);
        var input = new CrawlInput(crawlId, before.Wave, before);
        while (true)
        {
            var context = new Context(this, new ProgressSum(crawlId, before, progress), null, cancellationToken);
            var output = await CrawlOrchestration.Definition.RunAsync(context, input).ConfigureAwait(false);
            if (context.Next is null)
                return output ?? throw new InvalidOperationException("the orchestration ended without a result");
            input = context.Next;
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "Every failure of an activity reaches the orchestration as ActivityFailedException."
    )]
    private async Task<TOut> RunActivityAsync<TIn, TOut>(
        ActivityDefinition<TIn, TOut> activity,
        TIn input,
        CancellationToken cancellationToken
    )
    {
        _lifetime.Draining.ThrowIfCancellationRequested();
        // After a fatal failure run nothing more, not even FailChunk: a full disk may still have space for the short error
        // records, and the pages would never be crawled again although they are not at fault. The crawl can be resumed.
        if (Volatile.Read(ref _fatal) is { } fault)
            throw new ActivityFailedException(activity.Name, fault.Message, fault);
        var payload = PayloadJson.Write(input);
        var context = ResilienceContextPool.Shared.Get(activity.Name, cancellationToken);
        try
        {
            // Task.Run: an activity that completes synchronously must not block the other lanes.
            var output = await _retries
                .ExecuteAsync(
                    async c =>
                        await Task.Run(
                                () => _activities.RunAsync(activity.Name, payload, c.CancellationToken),
                                c.CancellationToken
                            )
                            .ConfigureAwait(false),
                    context
                )
                .ConfigureAwait(false);
            return PayloadJson.Read<TOut>(output);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            if (Failures.KindOf(e) != FailureKind.Retry)
                Volatile.Write(ref _fatal, e);
            throw new ActivityFailedException(activity.Name, e.Message, e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private sealed class Context(
        EmbeddedEngine engine,
        ProgressSum progress,
        string? segment,
        CancellationToken cancellationToken
    ) : IOrchestrationContext
    {
        public CrawlInput? Next { get; private set; }

        public Task<TOut> CallActivityAsync<TIn, TOut>(ActivityDefinition<TIn, TOut> activity, TIn input) =>
            engine.RunActivityAsync(activity, input, cancellationToken);

        public Task<TOut> CallSubOrchestrationAsync<TIn, TOut>(
            OrchestrationDefinition<TIn, TOut> orchestration,
            string instanceId,
            TIn input
        ) => orchestration.RunAsync(new Context(engine, progress, instanceId, cancellationToken), input);

        public void SetProgress(CrawlProgress value) => progress.Set(segment, value);

        public Task DelayAsync(TimeSpan delay) => Task.Delay(delay, engine._time, cancellationToken);

        public void ContinueAsNew(CrawlInput input) => Next = input;
    }
}
