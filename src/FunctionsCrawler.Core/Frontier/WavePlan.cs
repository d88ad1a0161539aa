using System.Text.Json.Serialization;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Frontier;

/// <summary>A URL of the frontier.</summary>
/// <param name="Url">Normalised.</param>
/// <param name="Depth">Links away from a start page.</param>
/// <param name="Parent">The page that links to it; null for a start page.</param>
/// <param name="MemoryHandBacks">How often it was handed back because memory ran out during its visit.</param>
/// <param name="Kind">What it is known to be; null: a page like any other.</param>
public sealed record FrontierUrl(
    string Url,
    int Depth,
    string? Parent,
    int MemoryHandBacks = 0,
    FrontierKind? Kind = null
);

/// <summary>What a URL of the frontier is, besides a page.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<FrontierKind>))]
public enum FrontierKind
{
    /// <summary>A sitemap: what it lists is crawled.</summary>
    Sitemap,

    /// <summary>A page that a sitemap lists: its own links are not followed.</summary>
    Listed,
}

/// <summary>What a chunk is to crawl.</summary>
/// <param name="Urls">Its URLs, 1 to 25; those of a host stand together.</param>
/// <param name="Pages">How many at once.</param>
/// <param name="PagesPerHost">How many of one host at once.</param>
public sealed record PlannedChunk(IReadOnlyList<FrontierUrl> Urls, int Pages, int PagesPerHost);

/// <summary>
/// The committed plan of a wave (plan.json). It is the manifest of every blob it names; blobs of the same kind that no
/// plan names are left-overs of attempts that lost.
/// </summary>
public sealed record WavePlan
{
    /// <summary>The version of this layout.</summary>
    public int V { get; init; } = 1;

    /// <summary>The depth of the wave's URLs.</summary>
    public required int Depth { get; init; }

    /// <summary>For each lane its number of chunks; empty when the crawl is done.</summary>
    public required IReadOnlyList<int> LaneChunks { get; init; }

    /// <summary>URLs planned now.</summary>
    public required int Planned { get; init; }

    /// <summary>URLs that wait for a later wave.</summary>
    public required int Waiting { get; init; }

    /// <summary>The prefix of the chunks' input blobs.</summary>
    public required string Inputs { get; init; }

    /// <summary>The blob of the URLs that wait, or null when none does.</summary>
    public string? Backlog { get; init; }

    /// <summary>The segments of the visited set.</summary>
    public required IReadOnlyList<string> Segments { get; init; }

    /// <summary>Start pages and where they redirected to: what scope is measured from.</summary>
    public required IReadOnlyList<string> Roots { get; init; }

    /// <summary>The hosts, with ports, whose robots.txt asks for a delay between visits: each is crawled by one lane. Null: none.</summary>
    public IReadOnlyList<string>? DelayedHosts { get; init; }

    /// <summary>When the first wave was planned; null in plans of version 0.1.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Records of all waves before.</summary>
    public required PageCounts Pages { get; init; }

    /// <summary>Links out of scope so far, each URL once.</summary>
    public required int OutOfScope { get; init; }

    /// <summary>Links so far beyond the depth limit or the number that may wait, each URL once.</summary>
    public required int TooDeep { get; init; }

    /// <summary>Start URLs given more than once.</summary>
    public required int Duplicates { get; init; }
}
