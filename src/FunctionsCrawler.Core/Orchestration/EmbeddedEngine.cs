using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Storage;
using Polly;
using Polly.Retry;

namespace FunctionsCrawler.Orchestration;

/// <summary>
/// Runs orchestrations in this process. It has no journal: every activity commits its result to the store once and
/// answers from there when called again, so to resume is to run the orchestration again from the open wave.
/// </summary>
public sealed class EmbeddedEngine
{
    private readonly CrawlWorker _worker;
    private readonly ActivityRunner _activities;
    private readonly ResiliencePipeline _retries;
    private Exception? _fatal;

    /// <summary>An engine with the activities of a crawl.</summary>
    public EmbeddedEngine(CrawlWorker worker)
    {
        ArgumentNullException.ThrowIfNull(worker);
        _worker = worker;
        _activities = new ActivityRunner(worker);
        _retries = new ResiliencePipelineBuilder { TimeProvider = worker.Time }
            .AddRetry(
                new RetryStrategyOptions
                {
                    MaxRetryAttempts = 2,
                    Delay = TimeSpan.FromSeconds(1),
                    BackoffType = DelayBackoffType.Exponential,
                    UseJitter = true,
                    OnRetry = attempt =>
                    {
                        worker.Observer.ActivityRetried(attempt.Context.OperationKey!, attempt.Outcome.Exception!);
                        return ValueTask.CompletedTask;
                    },
                    ShouldHandle = static attempt =>
                        ValueTask.FromResult(
                            attempt.Outcome.Exception is { } e
                                && !IsFatal(e)
                                && !attempt.Context.CancellationToken.IsCancellationRequested
                        ),
                }
            )
            .Build();
    }

    /// <summary>Runs a crawl to its end, from its beginning or from where it was when it was last interrupted.</summary>
    /// <param name="crawlId">A crawl whose request is committed.</param>
    /// <param name="progress">Told of every progress.</param>
    /// <param name="cancellationToken">Stops the host at once: what is committed stays, and the crawl can be resumed.</param>
    /// <exception cref="ActivityFailedException">Planning, or recording a failure, failed at each retry.</exception>
    /// <exception cref="OperationCanceledException">The host stops, or the worker drains: the crawl can be resumed.</exception>
    public async Task<FinishCrawlOutput> RunAsync(
        string crawlId,
        Action<CrawlProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var wave = await new CrawlBlobs(_worker.Store, crawlId)
            .FindOpenWaveAsync(cancellationToken)
            .ConfigureAwait(false);
        var input = new CrawlInput(crawlId, wave, new CrawlProgress { Wave = wave });
        while (true)
        {
            var context = new Context(this, progress, cancellationToken);
            var output = await CrawlOrchestration.Definition.RunAsync(context, input).ConfigureAwait(false);
            if (context.Next is null)
                return output ?? throw new InvalidOperationException("the orchestration ended without a result");
            input = context.Next;
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "Whatever fails an activity reaches the orchestration as one exception."
    )]
    private async Task<TOut> RunActivityAsync<TIn, TOut>(
        ActivityDefinition<TIn, TOut> activity,
        TIn input,
        CancellationToken cancellationToken
    )
    {
        _worker.Draining.ThrowIfCancellationRequested();
        // A disk that takes no chunk may still take the short record that its pages failed, and they would never be
        // crawled again; nor is it their fault that this process has no memory left. So nothing is run any more: the
        // crawl stays as it is, to be resumed.
        if (Volatile.Read(ref _fatal) is { } fault)
            throw new ActivityFailedException(activity.Name, fault.Message, fault);
        var payload = PayloadJson.Write(input);
        var context = ResilienceContextPool.Shared.Get(activity.Name, cancellationToken);
        try
        {
            // Off the caller's stack: an activity that never waits must not hold up its neighbours.
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
            if (IsFatal(e))
                Volatile.Write(ref _fatal, e);
            throw new ActivityFailedException(activity.Name, e.Message, e);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private static bool IsFatal(Exception e) =>
        IsDiskFault(e) || e is WorkerExhaustedException or StoreUnavailableException;

    // On Unix the code is errno: ENOSPC, EROFS, EDQUOT (Linux, macOS); on Windows the disk or the handle's disk is full.
    // A browser that did not start because its temp root took no more is such a fault too.
    private static bool IsDiskFault(Exception? e) =>
        e is BrowserLaunchException { InnerException: var why }
            ? IsDiskFault(why)
            : e is IOException
                && (
                    OperatingSystem.IsWindows()
                        ? e.HResult is unchecked((int)0x80070070) or unchecked((int)0x80070027)
                        : e.HResult is 28 or 30 or 122 or 69
                );

    private sealed class Context(
        EmbeddedEngine engine,
        Action<CrawlProgress> progress,
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
        ) => orchestration.RunAsync(new Context(engine, progress, cancellationToken), input);

        public void SetProgress(CrawlProgress value) => progress(value);

        public void ContinueAsNew(CrawlInput input) => Next = input;
    }
}
