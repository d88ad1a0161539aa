using System.Text.RegularExpressions;

namespace FunctionsCrawler.Storage;

/// <summary>The names of a crawl's blobs.</summary>
public sealed partial class CrawlLayout
{
    /// <summary>What a crawl may be called, as a regular expression.</summary>
    public const string IdPattern = "^[a-z0-9][a-z0-9-]{0,63}$";

    /// <summary>The layout of a crawl.</summary>
    /// <param name="crawlId">The crawl's id, which fits <see cref="IdPattern"/>.</param>
    /// <exception cref="ArgumentException">It does not.</exception>
    public CrawlLayout(string crawlId)
    {
        if (!IsId(crawlId))
            throw new ArgumentException($"'{crawlId}' is no crawl id: one matches {IdPattern}", nameof(crawlId));
        Root = $"crawls/{crawlId}/";
        Tombstone = $"deleted/{crawlId}";
    }

    /// <summary>Whether a crawl may be called so.</summary>
    public static bool IsId(string text) => IdRegex().IsMatch(text) && text[^1] != '\n';

    /// <summary>What all names of the crawl begin with, but for its tombstone's.</summary>
    public string Root { get; }

    /// <summary>Its presence says that the crawl was deleted. It outlives all else.</summary>
    public string Tombstone { get; }

    /// <summary>The request, committed at acceptance.</summary>
    public string Request => Root + "request.json";

    /// <summary>Its presence cancels the crawl.</summary>
    public string CancelMarker => Root + "cancel";

    /// <summary>The summary, committed at the end.</summary>
    public string Summary => Root + "summary.json";

    /// <summary>Which records end where an earlier one ended, committed at the end.</summary>
    public string Duplicates => Root + "duplicates.json";

    /// <summary>What became of the webhook, committed once the receiver heard or was given up.</summary>
    public string Webhook => Root + "webhook.json";

    /// <summary>The plan of a wave.</summary>
    public string Plan(int wave) => $"{Wave(wave)}plan.json";

    /// <summary>The result of a chunk.</summary>
    public string Chunk(int wave, int chunk) => $"{Wave(wave)}{chunk:D5}.ndjson.gz";

    /// <summary>The prefix of the chunk inputs that one planning attempt wrote.</summary>
    public string Inputs(int wave, string attempt) => $"{Wave(wave)}inputs-{attempt}/";

    /// <summary>The URLs that wait after a wave was planned.</summary>
    public string Backlog(int wave, string attempt) => $"{Wave(wave)}backlog-{attempt}.ndjson.gz";

    /// <summary>The visited URLs that a planning attempt added, or all of them after a compaction.</summary>
    public string Segment(int wave, string attempt) => $"{Wave(wave)}visited-{attempt}.bin";

    /// <summary>The input of a chunk, below the prefix that the plan names.</summary>
    public static string Input(string inputs, int chunk) => $"{inputs}{chunk:D5}.json";

    private string Wave(int wave) => $"{Root}waves/{wave:D4}/";

    [GeneratedRegex(IdPattern, RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IdRegex();
}
