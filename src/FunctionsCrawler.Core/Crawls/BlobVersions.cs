using System.Text.Json;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// The newest version of each kind of blob. Kinds that are not listed are parts of a listed one: chunk records follow the
/// chunk's header; the backlog, the visited set and the duplicates follow the plan that references them.
/// </summary>
internal static class BlobVersions
{
    private static readonly Dictionary<Type, int> Newest = new()
    {
        [typeof(StoredRequest)] = StoredRequest.CurrentVersion,
        [typeof(WavePlan)] = 2,
        [typeof(PlannedChunk)] = 1,
        [typeof(ChunkHeader)] = 1,
        [typeof(CrawlSummary)] = 1,
        [typeof(WebhookDelivery)] = 1,
        [typeof(CrawlOwner)] = 1,
        [typeof(OwnerBeat)] = 1,
    };

    /// <summary>Checks that this program can read the version of a blob.</summary>
    /// <exception cref="InvalidDataException">The version is newer than this program supports.</exception>
    /// <exception cref="JsonException">The blob is not valid JSON.</exception>
    public static void Check<T>(ReadOnlySpan<byte> json, string name)
    {
        if (Newest.TryGetValue(typeof(T), out var newest))
            FormatVersion.Check(FormatVersion.Find(json), newest, $"the blob {name} ({typeof(T).Name})");
    }
}
