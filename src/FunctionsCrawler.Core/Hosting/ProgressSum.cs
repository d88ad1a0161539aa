using FunctionsCrawler.Contracts;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Hosting;

/// <summary>
/// The progress of a crawl on the embedded engine: that of its main orchestration, which counts the ended segments of the wave,
/// plus that of the segments being crawled. Segments publish in parallel.
/// </summary>
/// <param name="crawlId">The crawl.</param>
/// <param name="before">The progress before an interruption. Until it is reached again, nothing is published.</param>
/// <param name="publish">Called with each new sum, one call at a time.</param>
internal sealed class ProgressSum(string crawlId, CrawlProgress before, Action<CrawlProgress> publish)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, CrawlProgress> _segments = new(StringComparer.Ordinal);
    private CrawlProgress _main = new();

    /// <summary>Sets the progress of an orchestration.</summary>
    /// <param name="segment">The instance id of the segment's orchestration; null for the main one.</param>
    /// <param name="progress">Its progress.</param>
    public void Set(string? segment, CrawlProgress progress)
    {
        lock (_lock)
        {
            if (segment is not null)
                _segments[segment] = progress;
            else
            {
                _main = progress;
                // The main orchestration counts the others itself now.
                var running = CrawlOrchestration.RunningSegments(crawlId, progress);
                foreach (var ended in _segments.Keys.Except(running, StringComparer.Ordinal).ToList())
                    _segments.Remove(ended);
            }
            var sum = _segments.Values.Aggregate(_main, (sum, part) => sum.Add(part));
            // A resumed wave counts its committed chunks once more.
            if (sum.Pages.Total >= before.Pages.Total)
                publish(sum);
        }
    }
}
