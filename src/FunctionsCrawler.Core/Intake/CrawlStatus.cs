using System.Text.Json.Serialization;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Intake;

/// <summary>How a crawl stands.</summary>
/// <param name="Id">The crawl.</param>
/// <param name="Mode">How its frontier grows.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Progress">How far it is.</param>
/// <param name="CreatedAt">When it was accepted.</param>
public sealed record CrawlStatus(
    string Id,
    CrawlMode Mode,
    CrawlStatusState State,
    StatusProgress Progress,
    DateTimeOffset CreatedAt
)
{
    /// <summary>Whether its state is terminal.</summary>
    [JsonIgnore]
    public bool HasEnded => State >= CrawlStatusState.Completed;
}

/// <summary>Where a crawl is in its life. The last three are terminal.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CrawlStatusState>))]
public enum CrawlStatusState
{
    /// <summary>It waits for its turn.</summary>
    Accepted,

    /// <summary>It is being crawled.</summary>
    Running,

    /// <summary>It was cancelled and is about to end.</summary>
    Cancelling,

    /// <inheritdoc cref="CrawlState.Completed"/>
    Completed,

    /// <inheritdoc cref="CrawlState.Cancelled"/>
    Cancelled,

    /// <inheritdoc cref="CrawlState.Failed"/>
    Failed,
}

/// <summary>How far a crawl is.</summary>
/// <param name="Succeeded">Pages stored.</param>
/// <param name="Failed">Pages failed.</param>
/// <param name="Queued">URLs of the frontier that have no record yet.</param>
/// <param name="Wave">The round of work, while the crawl runs.</param>
/// <param name="Depth">The depth of that round's URLs, while the crawl runs.</param>
public sealed record StatusProgress(int Succeeded, int Failed, int Queued, int? Wave = null, int? Depth = null)
{
    internal static StatusProgress Of(CrawlProgress progress) =>
        new(progress.Pages.Succeeded, progress.Pages.Failed, progress.Queued, progress.Wave, progress.Depth);

    internal static StatusProgress Of(CrawlSummary summary) =>
        new(summary.Pages.Succeeded, summary.Pages.Failed, summary.Pages.Pending);
}

/// <summary>A part of the list of crawls.</summary>
/// <param name="Items">Newest first.</param>
/// <param name="Next">Where the next part begins; null when this is the last one.</param>
public sealed record CrawlList(IReadOnlyList<CrawlStatus> Items, string? Next);
