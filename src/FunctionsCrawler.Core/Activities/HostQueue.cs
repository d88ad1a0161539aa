using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Activities;

/// <summary>
/// The URLs of a chunk that wait for their visit, in order. Limits the concurrent visits per host. Not thread-safe.
/// </summary>
internal sealed class HostQueue(PlannedChunk chunk)
{
    private readonly List<string> _hosts = [.. chunk.Urls.Select(u => new Uri(u.Url).Authority)];
    private readonly List<int> _waiting = [.. Enumerable.Range(0, chunk.Urls.Count)];
    private readonly Dictionary<string, int> _inFlight = new(StringComparer.Ordinal);

    /// <summary>Takes the first URL whose host is below its limit. False if there is none at the moment.</summary>
    public bool TryTake(out int index)
    {
        var at = _waiting.FindIndex(i => _inFlight.GetValueOrDefault(_hosts[i]) < chunk.PagesPerHost);
        index = at < 0 ? -1 : _waiting[at];
        if (at < 0)
            return false;
        _waiting.RemoveAt(at);
        _inFlight[_hosts[index]] = _inFlight.GetValueOrDefault(_hosts[index]) + 1;
        return true;
    }

    /// <summary>Reports that the visit of a URL has ended.</summary>
    public void Release(int index) => _inFlight[_hosts[index]]--;
}
