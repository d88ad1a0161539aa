using FunctionsCrawler.Activities;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Scraping;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// Finds the URLs of a site immediately, from its sitemaps and the links of one page. Fetches no other page, needs no browser
/// and stores nothing.
/// </summary>
internal sealed class MapService(
    ScrapeSessions sessions,
    MemoryGovernor governor,
    WorkerLifetime lifetime,
    CrawlerOptions options,
    PageLimits limits,
    TimeProvider time
) : IDisposable
{
    private readonly RequestTurns _turns = new(options.MaxRunningScrapes, options.MaxWaitingScrapes);

    /// <inheritdoc cref="RequestTurns.Waiting"/>
    public int Waiting => _turns.Waiting;

    /// <summary>Finds the URLs. The time limit covers everything, also waiting for a turn.</summary>
    /// <param name="request">A valid request.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>The URLs found. Null if too many requests wait already.</returns>
    /// <exception cref="WorkerExhaustedException">This process has no memory left.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<SiteMap?> TryMapAsync(MapRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!UrlNormalizer.TryNormalize(request.Url, dropTrackingParameters: false, out var url, out var fault))
            throw new ArgumentException(fault, nameof(request));
        var limit = TimeSpan.FromSeconds(request.TimeoutSeconds);
        using var expiry = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        var run = new SiteMapping(request, url, limits);
        var entered = false;
        try
        {
            entered = await _turns.TryEnterAsync(either.Token).ConfigureAwait(false);
            if (!entered)
                return null;
            await RunAsync(run, request, limit, either.Token).ConfigureAwait(false);
            return run.ToMap(isExpired: false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return run.ToMap(isExpired: true);
        }
        catch (WorkerExhaustedException)
        {
            lifetime.ReportExhausted();
            throw;
        }
        finally
        {
            if (entered)
                _turns.Leave();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turns.Dispose();

    private async Task RunAsync(
        SiteMapping run,
        MapRequest request,
        TimeSpan limit,
        CancellationToken cancellationToken
    )
    {
        var settings = new ScrapeSettings
        {
            Render = RenderMode.Never,
            RespectRobots = request.RespectRobots,
            Page = new PageOptions { TimeoutSeconds = (int)Math.Ceiling(limit.TotalSeconds) },
            Starts = [request.Url],
            Pages = 1,
            Extraction = new ExtractionPlan(new PageFormats([PageFormat.Links])),
            Extend = reader => new AutoFileReader(reader, limits.MaxLinks),
        };
        var key = Guid.CreateVersion7().ToString("N");
        using var memory = governor.Enter(new DispatcherOptions(), pages: 1, alone: false, limit, key);
        var session = sessions.Open(settings, memory);
        try
        {
            await run.RunAsync(session, limit, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await session.CloseAsync().ConfigureAwait(false);
        }
    }
}
