using System.Diagnostics;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsCrawler.Benchmarks.Measuring;

/// <summary>
/// Times whole crawls as <c>crawl</c> runs them: a worker, a file store, browsers from launch to disposal.
/// </summary>
internal static class CrawlTimer
{
    private const string Id = "benchmark";

    /// <summary>Runs one crawl and deletes its data.</summary>
    /// <returns>Pages per second, from the accepted request to the summary.</returns>
    /// <exception cref="BenchmarkException">
    /// Pages failed, were not rendered as requested, or browsers left something.
    /// </exception>
    public static async Task<double> RunAsync(
        CrawlRequest request,
        CrawlerOptions options,
        CancellationToken cancellationToken
    )
    {
        var folder = Directory.CreateTempSubdirectory("crawl-benchmark-").FullName;
        try
        {
            var store = new FileBlobStore(folder);
            var crawl = new CrawlBlobs(store, Id);
            await using var services = new ServiceCollection()
                .AddSingleton<IBlobStore>(store)
                .AddSingleton(options)
                .AddCrawlerCore()
                .AddEmbeddedHost()
                .BuildServiceProvider();
            var accepted = new StoredRequest(request, TimeProvider.System.GetUtcNow());
            await crawl.AcceptAsync(accepted, cancellationToken);

            var clock = Stopwatch.StartNew();
            await services.GetRequiredService<EmbeddedEngine>().RunAsync(Id, static _ => { }, cancellationToken);
            clock.Stop();

            Check((await crawl.GetSummaryAsync(cancellationToken))!, request);
            return request.Urls.Count / clock.Elapsed.TotalSeconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // A crawl whose pages fail would count as fast.
    private static void Check(CrawlSummary summary, CrawlRequest request)
    {
        var rendered = request.Render == RenderMode.Always ? 1.0 : 0.0;
        if (summary.Pages.Succeeded != request.Urls.Count || summary.RenderedShare != rendered)
            throw new BenchmarkException(
                $"{summary.Pages.Succeeded} of {request.Urls.Count} pages succeeded, {summary.RenderedShare:P0} of them rendered: "
                    + string.Join(", ", summary.Errors.Select(e => $"{e.Count} × {e.Code}, e.g. {e.Example}"))
            );
        if (summary.Browsers.Residue > 0)
            throw new BenchmarkException($"{summary.Browsers.Residue} processes, sockets or folders were left");
    }
}

/// <summary>The benchmark could not measure what it is meant to measure.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
