using System.Text.Json.Serialization;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Scraping;
using FunctionsCrawler.Scraping.Adaptive;

namespace FunctionsCrawler.Crawls;

/// <summary>A URL of the frontier.</summary>
/// <param name="Url">The normalised URL.</param>
/// <param name="Depth">The number of links from a start page; 0 for a start page.</param>
/// <param name="Parent">The page that links to the URL; null for a start page.</param>
/// <param name="MemoryHandBacks">How often the URL was handed back because memory ran out during its visit.</param>
/// <param name="Kind">What is known about the URL before it is fetched; null if nothing.</param>
/// <param name="Earlier">The <see cref="RecordCursor"/> of the page in the earlier crawl; null if it is not there.</param>
/// <param name="LastMod">When the page changed last, according to the sitemap that lists it; null if unknown.</param>
internal sealed record FrontierUrl(
    string Url,
    int Depth,
    string? Parent,
    int MemoryHandBacks = 0,
    LinkKind? Kind = null,
    string? Earlier = null,
    DateTimeOffset? LastMod = null
);

/// <summary>The input of a chunk.</summary>
/// <param name="Urls">1 to 25 URLs, grouped by host.</param>
/// <param name="Pages">The maximum number of concurrent visits.</param>
/// <param name="PagesPerHost">The maximum number of concurrent visits per host.</param>
internal sealed record PlannedChunk(IReadOnlyList<FrontierUrl> Urls, int Pages, int PagesPerHost);

/// <summary>
/// The committed plan of a wave (plan.json) and the manifest of the blobs it names. Blobs of these kinds that no plan names
/// are leftovers of planning attempts that did not commit first.
/// </summary>
internal sealed record WavePlan
{
    /// <summary>The version of this format: 2 if there are segments that programs of version 1 would not read, otherwise 1.</summary>
    public int V => BacklogSegments is null && LeftOutSegments is null ? 1 : 2;

    /// <summary>The depth of the wave's URLs; of the deepest if the crawl is not breadth first.</summary>
    public required int Depth { get; init; }

    /// <summary>The number of chunks of each lane; empty if the crawl is done.</summary>
    public required IReadOnlyList<int> LaneChunks { get; init; }

    /// <summary>The number of URLs in this wave.</summary>
    public required int Planned { get; init; }

    /// <summary>The number of URLs that wait for a later wave.</summary>
    public required int Waiting { get; init; }

    /// <summary>The prefix of the chunks' input blobs.</summary>
    public required string Inputs { get; init; }

    /// <summary>The blob with all waiting URLs, in plans of version 0.1; null in later ones.</summary>
    public string? Backlog { get; init; }

    /// <summary>The waiting URLs, the segment of the oldest first; null if there are none.</summary>
    public IReadOnlyList<BacklogSegment>? BacklogSegments { get; init; }

    /// <summary>The blobs that together hold the visited set.</summary>
    public required IReadOnlyList<string> Segments { get; init; }

    /// <summary>The start pages and the URLs they redirected to. The crawl's scope is relative to them.</summary>
    public required IReadOnlyList<string> Roots { get; init; }

    /// <summary>
    /// The hosts, with ports, whose robots.txt sets a crawl delay. Each is crawled by a single lane. Null if there are none.
    /// </summary>
    public IReadOnlyList<string>? DelayedHosts { get; init; }

    /// <summary>When the first wave was planned; null in plans of version 0.1.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>The number of records of all earlier waves.</summary>
    public required PageCounts Pages { get; init; }

    /// <summary>The number of distinct URLs found so far that are out of scope.</summary>
    public required int OutOfScope { get; init; }

    /// <summary>Links so far beyond the depth limit, each URL once; in plans of version 0.1 also those left out.</summary>
    public required int TooDeep { get; init; }

    /// <summary>
    /// URLs left out so far because too many waited, each counted once. A later wave that finds one again may take it. Absent
    /// from the stored plan if 0.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int LeftOut { get; init; }

    /// <summary>The blob with the hashes of the URLs left out, in plans of version 0.1; null in later ones.</summary>
    public string? LeftOutHashes { get; init; }

    /// <summary>
    /// The blobs that together hold the hashes of the URLs left out, and of some that were taken since; null if there are none.
    /// </summary>
    public IReadOnlyList<string>? LeftOutSegments { get; init; }

    /// <summary>Which part of the crawl the wave is, by estimate; null in plans of version 0.1.</summary>
    public WaveShare? Share { get; init; }

    /// <summary>
    /// What earlier waves have learned about rendering the kinds of pages; null if nothing, and in plans of version 0.1.
    /// </summary>
    public IReadOnlyList<RenderLesson>? Lessons { get; init; }

    /// <summary>Start URLs given more than once.</summary>
    public required int Duplicates { get; init; }

    /// <summary>The blob with the pages of the earlier crawl, <see cref="EarlierPages"/>; null without one.</summary>
    public string? Earlier { get; init; }
}
