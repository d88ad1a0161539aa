using System.Globalization;
using BenchmarkDotNet.Attributes;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Frontier;

namespace FunctionsCrawler.Benchmarks.Micro;

/// <summary>Planning of a wave; figures are per URL. <c>./bench frontier</c> measures planning with its blobs.</summary>
public class PlanningBenchmarks
{
    private const int Count = 10_000;

    private static readonly HashSet<string> NoDelays = [];
    private static readonly CrawlRequest Request = new()
    {
        Mode = CrawlMode.Recursive,
        Urls = ["https://docs.example.com/"],
        MaxPages = Count,
        Concurrency = 4,
    };

    private static readonly FrontierUrl[] Wave =
    [
        .. Enumerable
            .Range(0, Count)
            .Select(n => new FrontierUrl(
                string.Create(CultureInfo.InvariantCulture, $"https://docs.example.com/page-{n}.html"),
                1,
                Request.Urls[0]
            )),
    ];

    /// <summary>Takes a wave from the frontier and deals it to chunks.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public async Task<int> PlanWave()
    {
        using var queue = new FrontierQueue([new MemoryRun(Wave, areHandedBack: false, Request)]);
        var taken = await WavePlanner.TakeAsync(queue, Count, Request, CancellationToken.None).ConfigureAwait(false);
        return WavePlanner.Deal(taken, Request, NoDelays).Count;
    }
}
