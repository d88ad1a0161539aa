using System.Diagnostics;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Benchmarks.Measuring;

/// <summary>Runs whole crawls, as <c>crawl</c> does: a worker, a store of files, browsers from launch to disposal.</summary>
internal static class CrawlTimer
{
    private const string Id = "benchmark";

    /// <summary>Runs one crawl.</summary>
    /// <returns>Pages per second, from the accepted request to the summary.</returns>
    /// <exception cref="BenchmarkException">The crawl did not do what was to be timed.</exception>
    public static async Task<double> RunAsync(
        CrawlRequest request,
        CrawlWorkerOptions options,
        CancellationToken cancellationToken
    )
    {
        var folder = Directory.CreateTempSubdirectory("crawl-benchmark-").FullName;
        try
        {
            var store = new FileBlobStore(folder);
            var crawl = new CrawlBlobs(store, Id);
            await using var worker = new CrawlWorker(store, options, new Unobserved(), TimeProvider.System);
            var accepted = new StoredRequest(request, TimeProvider.System.GetUtcNow());
            await crawl.AcceptAsync(accepted, cancellationToken);

            var clock = Stopwatch.StartNew();
            await new EmbeddedEngine(worker).RunAsync(Id, static _ => { }, cancellationToken);
            clock.Stop();

            Check((await crawl.GetSummaryAsync(cancellationToken))!, request);
            return request.Urls.Count / clock.Elapsed.TotalSeconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A crawl that fails is a fast one.
    private static void Check(CrawlSummary summary, CrawlRequest request)
    {
        var rendered = request.Render == RenderMode.Always ? 1.0 : 0.0;
        if (summary.Pages.Succeeded != request.Urls.Count || summary.RenderedShare != rendered)
            throw new BenchmarkException(
                $"{summary.Pages.Succeeded} of {request.Urls.Count} pages came, {summary.RenderedShare:P0} of them rendered: "
                    + string.Join(", ", summary.Errors.Select(e => $"{e.Count} × {e.Code}, as {e.Example}"))
            );
        if (summary.Browsers.Residue > 0)
            throw new BenchmarkException($"{summary.Browsers.Residue} processes, sockets or folders were left");
    }

    private sealed class Unobserved : ICrawlObserver
    {
        public void Started(BrowserInvocation browser) { }

        public void Ended(BrowserInvocation browser, BrowserReceipt receipt) { }

        public void VisitStarted(string url) { }

        public void VisitEnded(string url, PageRecord? record) { }

        public void ActivityRetried(string activity, Exception failure) { }
    }
}

/// <summary>What was to be measured did not happen.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
