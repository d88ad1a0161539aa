using FunctionsCrawler.Activities;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Scraping;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Visits single pages immediately, without an orchestration. Each scrape has its own browser if it needs one, and is admitted
/// by the memory governor like a chunk. Nothing is stored.
/// </summary>
internal sealed class ScrapeService(
    ScrapeSessions sessions,
    MemoryGovernor governor,
    WorkerLifetime lifetime,
    CrawlerOptions options,
    TimeProvider time
) : IDisposable
{
    private static readonly TimeSpan MaxReserve = TimeSpan.FromMilliseconds(500);

    private readonly RequestTurns _turns = new(options.MaxRunningScrapes, options.MaxWaitingScrapes);

    /// <inheritdoc cref="RequestTurns.Waiting"/>
    public int Waiting => _turns.Waiting;

    /// <summary>
    /// Visits a page. The deadline covers everything: waiting for a turn, the pace of the host, the launch and the visit.
    /// </summary>
    /// <param name="request">A valid request.</param>
    /// <param name="cancellationToken">Cancels the visit. The browser is gone when the method returns.</param>
    /// <returns>The record, with an error if the page failed. Null if too many scrapes are already waiting.</returns>
    /// <exception cref="BrowserLaunchException">No browser could be started.</exception>
    /// <exception cref="WorkerExhaustedException">This process has no memory left for browsers.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<PageRecord?> TryScrapeAsync(PageRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var started = time.GetTimestamp();
        var deadline = TimeSpan.FromSeconds(request.Page.TimeoutSeconds);
        using var expiry = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            if (!await _turns.TryEnterAsync(either.Token).ConfigureAwait(false))
                return null;
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested
                ? throw new OperationCanceledException(cancellationToken)
                : Expired(request, "waiting for its turn");
        }
        try
        {
            var reserve = ReserveOf(request.Page, deadline);
            var settings = ScrapeSettings.Of(request) with
            {
                TimeLeft = () => deadline - reserve - time.GetElapsedTime(started),
            };
            return await ScrapeAsync(request, settings, expiry.Token, cancellationToken).ConfigureAwait(false);
        }
        catch (WorkerExhaustedException)
        {
            lifetime.ReportExhausted();
            throw;
        }
        catch (LaunchNotAdmittedException)
        {
            return Expired(request, "waiting for the memory of a browser");
        }
        finally
        {
            _turns.Leave();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private async Task<PageRecord> ScrapeAsync(
        PageRequest request,
        ScrapeSettings settings,
        CancellationToken expiry,
        CancellationToken cancellationToken
    )
    {
        var key = Guid.CreateVersion7().ToString("N");
        using var memory = governor.Enter(new DispatcherOptions(), pages: 1, alone: false, settings.Deadline, key);
        using var shed = CancellationTokenSource.CreateLinkedTokenSource(expiry, cancellationToken);
        var session = sessions.Open(settings, memory);
        IReadOnlyList<BrowserReceipt> receipts = [];
        ScrapedPage page;
        try
        {
            var visiting = VisitAsync(session, request, settings.Deadline, shed.Token);
            while (!visiting.IsCompleted && memory.State < MemoryState.Shed)
                await Task.WhenAny(visiting, memory.Sampled).ConfigureAwait(false);
            if (!visiting.IsCompleted)
                await shed.CancelAsync().ConfigureAwait(false);
            page = await visiting.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            page = new ScrapedPage(
                expiry.IsCancellationRequested ? Expired(request, "visiting the page") : OutOfMemory(request)
            );
        }
        finally
        {
            receipts = await session.CloseAsync().ConfigureAwait(false);
        }
        return page.Record with { Artifacts = Inline(page.Captures), Receipts = receipts is [] ? null : receipts };
    }

    // What a visit that times out has to tell needs a little time to become a record.
    private static TimeSpan ReserveOf(PageOptions page, TimeSpan deadline) =>
        !page.IsDiagnosed && page.Actions.Count == 0 ? TimeSpan.Zero
        : deadline / 10 < MaxReserve ? deadline / 10
        : MaxReserve;

    private async Task<ScrapedPage> VisitAsync(
        ScrapeSession session,
        PageRequest request,
        TimeSpan deadline,
        CancellationToken cancellationToken
    )
    {
        var target = TargetOf(request);
        using var turn = await session
            .Politeness.WaitTurnAsync(new Uri(target.Url), deadline, cancellationToken)
            .ConfigureAwait(false);
        return turn is null
            ? new ScrapedPage(Expired(request, "waiting for the host's turn"))
            : await session.Pages.ScrapeAsync(target, cancellationToken).ConfigureAwait(false);
    }

    private PageRecord Expired(PageRequest request, string phase) =>
        NewRecord(request) with
        {
            Error = new PageError(
                ErrorCode.Timeout,
                $"the deadline of {request.Page.TimeoutSeconds} s passed while {phase}"
            ),
        };

    private PageRecord OutOfMemory(PageRequest request) =>
        NewRecord(request) with
        {
            Error = new PageError(ErrorCode.Memory, "the memory budget was exhausted during the visit"),
        };

    private PageRecord NewRecord(PageRequest request) => PageScraper.NewRecord(TargetOf(request), time);

    private PageTarget TargetOf(PageRequest request) =>
        UrlNormalizer.TryNormalize(
            request.Url,
            request.Render == RenderMode.Never ? UrlRules.None : UrlRules.HashRoutes,
            out var url,
            out var fault
        )
            ? new PageTarget(url)
            {
                Source = request.Page.IsAboutPage(request.NamedFormats) ? null : options.FindSource(new Uri(url)),
            }
            : throw new ArgumentException(fault, nameof(request));

    private static Dictionary<string, PageArtifact>? Inline(IReadOnlyList<PageCapture> captures) =>
        captures is []
            ? null
            : captures.ToDictionary(
                c => c.Name,
                c => new PageArtifact(c.ContentType, c.Content.Length) { Data = c.Content },
                StringComparer.Ordinal
            );
}
