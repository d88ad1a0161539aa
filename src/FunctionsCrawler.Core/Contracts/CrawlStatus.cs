using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>The current state and progress of a crawl.</summary>
/// <param name="Id">The id of the crawl.</param>
/// <param name="Mode">Whether the crawl follows links; null if the request is damaged.</param>
/// <param name="State">The lifecycle state.</param>
/// <param name="Progress">Page counts and position; final once the state is terminal.</param>
/// <param name="CreatedAt">When the crawl was accepted, in UTC.</param>
/// <param name="Reason">Why the crawl failed or is damaged, or what was lost; null if nothing of that is the case.</param>
/// <param name="SourceId">As in <see cref="CrawlSummary.SourceId"/>; null if the request is damaged.</param>
/// <param name="DisplayName">As in <see cref="CrawlSummary.DisplayName"/>; null if the request is damaged.</param>
internal sealed record CrawlStatus(
    string Id,
    CrawlMode? Mode,
    CrawlStatusState State,
    StatusProgress Progress,
    DateTimeOffset CreatedAt,
    string? Reason = null,
    string? SourceId = null,
    string? DisplayName = null
)
{
    /// <summary>True if the state is terminal: completed, cancelled, failed or damaged.</summary>
    [JsonIgnore]
    public bool HasEnded => State >= CrawlStatusState.Completed;
}

/// <summary>The lifecycle state of a crawl. The last four are terminal.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CrawlStatusState>))]
internal enum CrawlStatusState
{
    /// <summary>The crawl is waiting to start.</summary>
    Accepted,

    /// <summary>The crawl is running.</summary>
    Running,

    /// <summary>Cancellation was requested; the crawl is stopping.</summary>
    Cancelling,

    /// <inheritdoc cref="CrawlState.Completed"/>
    Completed,

    /// <inheritdoc cref="CrawlState.Cancelled"/>
    Cancelled,

    /// <inheritdoc cref="CrawlState.Failed"/>
    Failed,

    /// <summary>
    /// The request of the crawl cannot be read, so the crawl cannot continue. Its pages are readable, and it can be deleted.
    /// </summary>
    Damaged,
}

/// <summary>The progress of a crawl as shown to users.</summary>
/// <param name="Succeeded">The number of pages stored.</param>
/// <param name="Failed">The number of pages that failed.</param>
/// <param name="Queued">The number of URLs in the frontier that have no record yet.</param>
/// <param name="Wave">The number of the wave being crawled; null unless the crawl is running.</param>
/// <param name="Depth">The depth of the URLs of that wave; null unless the crawl is running.</param>
/// <param name="Phase">What the crawl is doing.</param>
/// <param name="Percent">
/// How much is done, from 0 to 100. Never falls while the crawl runs, also after a restart; a crawl that failed or was cancelled
/// keeps it.
/// </param>
internal sealed record StatusProgress(
    int Succeeded,
    int Failed,
    int Queued,
    int? Wave = null,
    int? Depth = null,
    CrawlPhase Phase = CrawlPhase.Accepted,
    int Percent = 0
)
{
    internal static StatusProgress Of(CrawlProgress progress) =>
        new(
            progress.Pages.Succeeded,
            progress.Pages.Failed,
            progress.Queued,
            progress.Wave,
            progress.Depth,
            progress.Phase,
            progress.Percent
        );

    internal static StatusProgress Of(CrawlSummary summary, bool isNotifying = false) =>
        new(
            summary.Pages.Succeeded,
            summary.Pages.Failed,
            summary.Pages.Pending,
            Phase: isNotifying ? CrawlPhase.Notifying : CrawlPhase.Done,
            Percent: PercentOf(summary, isNotifying)
        );

    private static int PercentOf(CrawlSummary summary, bool isNotifying)
    {
        var pages = summary.Pages;
        var done = pages.Succeeded + pages.Failed;
        // Summaries of version 0.1 do not say.
        var percent =
            summary.Percent
            ?? (summary.State == CrawlState.Completed ? 100 : (int)(100L * done / Math.Max(1, done + pages.Pending)));
        return isNotifying ? Math.Min(percent, 99) : percent;
    }
}

/// <summary>One page of the list of crawls.</summary>
/// <param name="Items">The crawls, newest first.</param>
/// <param name="Next">The continuation token for the next page; null if this is the last one.</param>
internal sealed record CrawlList(IReadOnlyList<CrawlStatus> Items, string? Next);
