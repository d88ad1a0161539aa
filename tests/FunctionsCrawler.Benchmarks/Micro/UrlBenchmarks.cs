using System.Globalization;
using BenchmarkDotNet.Attributes;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Frontier;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Benchmarks.Micro;

/// <summary>What is done with each URL that a page links to; figures are per URL.</summary>
public class UrlBenchmarks
{
    private const int Count = 10_000;

    private static readonly string[] Urls =
    [
        .. Enumerable
            .Range(0, Count)
            .Select(n =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"https://docs.example.com/library/part-{n % 97}/page-{n}.html"
                )
            ),
    ];

    private static readonly MemoryBlobStore Unused = new();
    private readonly UrlSet _visited = Known();

    /// <summary>URLs that are in normal form already, as most are.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public int Normalize() =>
        Urls.Count(url => UrlNormalizer.TryNormalize(url, dropTrackingParameters: false, out _, out _));

    /// <summary>URLs that the crawl sees for the first time.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public int AddNewToVisitedSet()
    {
        var visited = new UrlSet(Unused);
        return Urls.Count(url => visited.Add(UrlHash.Of(url)));
    }

    /// <summary>URLs that are known already, as most links of a site are.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public int FindInVisitedSet() => Urls.Count(url => _visited.Contains(UrlHash.Of(url)));

    private static UrlSet Known()
    {
        var set = new UrlSet(Unused);
        foreach (var url in Urls)
            set.Add(UrlHash.Of(url));
        return set;
    }
}
