using System.Collections.Concurrent;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>
/// Files that were just made, for clients that fetch them by id. They are in the memory of this process, so there are few and
/// not for long; the responses that name them contain them too.
/// </summary>
internal sealed class ArtifactCache(TimeProvider time)
{
    private const long MaxBytes = 32 << 20;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly Queue<string> _order = [];
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Adds a file; the oldest ones make room for it.</summary>
    /// <returns>Its id.</returns>
    public string Add(byte[] content, string contentType)
    {
        ArgumentNullException.ThrowIfNull(content);
        var id = Guid.NewGuid().ToString("N");
        lock (_lock)
        {
            while (_order.TryPeek(out var oldest) && MustGo(_entries[oldest], content.Length))
            {
                _order.Dequeue();
                if (_entries.TryRemove(oldest, out var gone))
                    _bytes -= gone.Content.Length;
            }
            if (content.Length > MaxBytes)
                return id;
            _order.Enqueue(id);
            _entries[id] = new Entry(content, contentType, time.GetUtcNow());
            _bytes += content.Length;
        }
        return id;
    }

    /// <summary>Finds a file that is not too old.</summary>
    public (byte[] Content, string ContentType)? Find(string id) =>
        _entries.TryGetValue(id, out var entry) && !IsOld(entry) ? (entry.Content, entry.ContentType) : null;

    private bool MustGo(Entry entry, int added) => IsOld(entry) || _bytes + added > MaxBytes;

    private bool IsOld(Entry entry) => time.GetUtcNow() - entry.AddedAt > Lifetime;

    private sealed record Entry(byte[] Content, string ContentType, DateTimeOffset AddedAt);
}
