using System.Text.RegularExpressions;

namespace FunctionsCrawler.Storage;

/// <summary>The names of a crawl's blobs.</summary>
public sealed partial class CrawlLayout
{
    /// <summary>What a crawl may be called, as a regular expression.</summary>
    public const string IdPattern = "^[a-z0-9][a-z0-9-]{0,63}$";

    private readonly string _root;

    /// <summary>The layout of a crawl.</summary>
    /// <param name="crawlId">The crawl's id, which fits <see cref="IdPattern"/>.</param>
    /// <exception cref="ArgumentException">It does not.</exception>
    public CrawlLayout(string crawlId)
    {
        if (!IsId(crawlId))
            throw new ArgumentException($"'{crawlId}' is no crawl id: one matches {IdPattern}", nameof(crawlId));
        _root = $"crawls/{crawlId}/";
    }

    /// <summary>Whether a crawl may be called so.</summary>
    public static bool IsId(string text) => IdRegex().IsMatch(text) && text[^1] != '\n';

    /// <summary>The request, committed at acceptance.</summary>
    public string Request => _root + "request.json";

    /// <summary>Its presence cancels the crawl.</summary>
    public string CancelMarker => _root + "cancel";

    /// <summary>The summary, committed at the end.</summary>
    public string Summary => _root + "summary.json";

    /// <summary>Which records end where an earlier one ended, committed at the end.</summary>
    public string Duplicates => _root + "duplicates.json";

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

    private string Wave(int wave) => $"{_root}waves/{wave:D4}/";

    [GeneratedRegex(IdPattern, RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex IdRegex();
}
