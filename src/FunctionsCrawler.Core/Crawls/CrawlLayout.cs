using System.Globalization;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Crawls;

/// <summary>The names of a crawl's blobs.</summary>
internal sealed class CrawlLayout
{
    /// <summary>The regular expression that a crawl id must match.</summary>
    public const string IdPattern = CrawlIds.Pattern;

    private const string ChunkExtension = ".ndjson.gz";

    /// <summary>Creates the layout of a crawl.</summary>
    /// <param name="crawlId">The crawl's id.</param>
    /// <exception cref="ArgumentException">The id does not match <see cref="IdPattern"/>.</exception>
    public CrawlLayout(string crawlId)
    {
        if (!IsId(crawlId))
            throw new ArgumentException(
                $"'{crawlId}' is not a valid crawl id; an id matches {IdPattern}",
                nameof(crawlId)
            );
        Root = $"crawls/{crawlId}/";
        Tombstone = $"deleted/{crawlId}";
        Damaged = $"damaged/{crawlId}/";
    }

    /// <summary>Whether <paramref name="text"/> is a valid crawl id.</summary>
    public static bool IsId(string text) => CrawlIds.IsValid(text);

    /// <summary>The prefix of all blobs of the crawl, except its tombstone.</summary>
    public string Root { get; }

    /// <summary>Exists once the crawl was deleted, and is never removed.</summary>
    public string Tombstone { get; }

    /// <summary>The request, committed when the crawl is accepted.</summary>
    public string Request => Root + "request.json";

    /// <summary>Exists if the crawl was cancelled.</summary>
    public string CancelMarker => Root + "cancel";

    /// <summary>The summary, committed when the crawl ends.</summary>
    public string Summary => Root + "summary.json";

    /// <summary>The records with the same final URL as an earlier record, committed when the crawl ends.</summary>
    public string Duplicates => Root + "duplicates.json";

    /// <summary>The records with nearly the same text as an earlier record, committed when the crawl ends.</summary>
    public string NearDuplicates => Root + "near-duplicates.json";

    /// <summary>The result of the webhook, committed after the delivery or the last attempt.</summary>
    public string Webhook => Root + "webhook.json";

    /// <summary>The prefix of the files that were made of pages.</summary>
    public string Artifacts => Root + "artifacts/";

    /// <summary>The prefix of the names of the files that one attempt to crawl a chunk made.</summary>
    public static string ArtifactsOf(int wave, int chunk, string attempt) => $"{wave:D4}-{chunk:D5}-{attempt}-";

    /// <summary>The name, among the artifacts, of the archive of what one attempt to crawl a chunk fetched, without extension.</summary>
    public static string ArchiveOf(int wave, int chunk, string attempt) =>
        ArtifactsOf(wave, chunk, attempt) + "exchanges";

    /// <summary>The prefix of the blobs that name the owners of the crawl.</summary>
    public string Owners => Root + "owner/";

    /// <summary>The blob that names the owner with this number. The highest number counts.</summary>
    public string Owner(int number) => $"{Owners}{number:D6}.json";

    /// <summary>The number in the name of an owner's blob.</summary>
    public static int NumberOfOwner(string name) =>
        int.Parse(Path.GetFileNameWithoutExtension(name), CultureInfo.InvariantCulture);

    /// <summary>The heartbeat of an owner of crawls.</summary>
    public static string Heartbeat(string owner) => $"owners/{owner}.json";

    /// <summary>The plan of a wave.</summary>
    public string Plan(int wave) => $"{Wave(wave)}plan.json";

    /// <summary>The result of a chunk.</summary>
    public string Chunk(int wave, int chunk) => $"{Wave(wave)}{chunk:D5}{ChunkExtension}";

    /// <summary>The prefix of the chunk inputs that one planning attempt wrote.</summary>
    public string Inputs(int wave, string attempt) => $"{Wave(wave)}inputs-{attempt}/";

    /// <summary>The prefix of a segment of the waiting URLs that one planning attempt wrote.</summary>
    public string Backlog(int wave, string attempt, int number) => $"{Wave(wave)}backlog-{attempt}.{number:D4}";

    /// <summary>The prefix of a segment of the visited set that one planning attempt wrote.</summary>
    public string Segment(int wave, string attempt, int number) => $"{Wave(wave)}visited-{attempt}.{number:D4}";

    /// <summary>The prefix of the pages of the earlier crawl that this one is compared with.</summary>
    public string Earlier(int wave, string attempt) => $"{Wave(wave)}earlier-{attempt}";

    /// <summary>The prefix of a segment of the hashes of the URLs that were left out because too many waited.</summary>
    public string LeftOut(int wave, string attempt, int number) => $"{Wave(wave)}left-out-{attempt}.{number:D4}";

    /// <summary>The input of a chunk, below the prefix that the plan names.</summary>
    public static string Input(string inputs, int chunk) => $"{inputs}{chunk:D5}.json";

    /// <summary>The prefix of all blobs of a wave.</summary>
    public string Wave(int wave) => $"{Waves}{wave:D4}/";

    /// <summary>The prefix of all blobs of all waves.</summary>
    public string Waves => Root + "waves/";

    /// <summary>The prefix of the crawl's damaged blobs, moved aside with the rest of their names.</summary>
    public string Damaged { get; }

    /// <summary>Returns the wave of a blob of this crawl; null if it is not part of a wave.</summary>
    public int? WaveOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return
            name.StartsWith(Waves, StringComparison.Ordinal)
            && name.IndexOf('/', Waves.Length) is var end and > 0
            && int.TryParse(
                name.AsSpan(Waves.Length..end),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var wave
            )
            ? wave
            : null;
    }

    /// <summary>Returns the number of a chunk's result below <paramref name="prefix"/>; null if the blob is something else.</summary>
    public static int? ChunkOf(string name, string prefix)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(prefix);
        var file = name.AsSpan(prefix.Length);
        return
            file.EndsWith(ChunkExtension, StringComparison.Ordinal)
            && int.TryParse(
                file[..^ChunkExtension.Length],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var chunk
            )
            ? chunk
            : null;
    }
}
