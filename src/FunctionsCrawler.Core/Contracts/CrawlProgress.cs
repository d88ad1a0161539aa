using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>The progress of a running crawl.</summary>
internal sealed record CrawlProgress
{
    /// <summary>The number of the wave being crawled, counted from 0. One wave crawls URLs of one depth.</summary>
    public int Wave { get; init; }

    /// <summary>The depth of the URLs of <see cref="Wave"/>: their distance from a start page, in links.</summary>
    public int Depth { get; init; }

    /// <summary>The number of URLs in the frontier that have no record yet.</summary>
    public int Queued { get; init; }

    /// <summary>The number of records written so far, by result.</summary>
    public PageCounts Pages { get; init; } = new();

    /// <summary>The numbers of the wave's segments that are being crawled. Their records are not counted here yet.</summary>
    public IReadOnlyList<int>? Segments { get; init; }

    /// <summary>How many times a wave was done again because of damaged blobs; null for never.</summary>
    public int? Redos { get; init; }

    /// <summary>Which part of the crawl the wave is; null if that is not known.</summary>
    public WaveShare? Share { get; init; }

    /// <summary>Whether the crawl has no URLs left; null if it has.</summary>
    public bool? IsFinishing { get; init; }

    /// <summary>The percentage that was reached before a wave was done again; null if none was.</summary>
    public int? LeastPercent { get; init; }

    /// <summary>What the crawl is doing.</summary>
    [JsonIgnore]
    public CrawlPhase Phase =>
        IsFinishing is true ? CrawlPhase.Finishing
        : this is { Queued: 0, Pages.Total: 0 } ? CrawlPhase.Discovering
        : CrawlPhase.Crawling;

    /// <summary>How much is done, from 1 to 99. Never falls while the crawl runs.</summary>
    [JsonIgnore]
    public int Percent
    {
        get
        {
            var percent = Phase switch
            {
                CrawlPhase.Finishing => 96,
                CrawlPhase.Crawling => 2 + (int)(93L * (Share?.At(Pages.Total) ?? 0) / WaveShare.Whole),
                _ => 1,
            };
            return Math.Max(percent, LeastPercent ?? 0);
        }
    }

    /// <summary>Adds the records of a segment that is being crawled.</summary>
    internal CrawlProgress Add(CrawlProgress segment) =>
        this with
        {
            Queued = Queued - segment.Pages.Total,
            Pages = Pages + segment.Pages,
        };
}
