using System.Runtime.InteropServices;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// The kernel's own limit to what each renderer of a browser may allocate: RLIMIT_DATA of prlimit(2). Whoever measures memory
/// sees a renderer that grows by 100 MB in a tenth of a second too late; here the allocation that would be too much fails,
/// and Chromium ends the renderer.
/// </summary>
/// <param name="processes">Whose renderers.</param>
/// <param name="bytes">How much one may allocate beyond what an empty one has.</param>
/// <param name="time">The clock of looks for new renderers.</param>
internal sealed partial class RendererLimit(InvocationProcesses processes, long bytes, TimeProvider time)
    : IAsyncDisposable
{
    private const int DataResource = 2;

    // To look through all processes of a machine takes a hundred times as long as to ask for children.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(ProcessTable.ListsChildren ? 50 : 1000);

    private readonly Dictionary<ProcessIdentity, long> _mapped = [];
    private readonly Lock _lock = new();
    private PeriodicTimer? _timer;
    private Task _keeping = Task.CompletedTask;
    private long _emptyBytes;
    private long? _outgrownAt;
    private bool _holds;
    private bool _refused;
    private bool _ended;

    /// <summary>Whether renderers are limited: some were, and for none the kernel refused.</summary>
    public bool Holds
    {
        get
        {
            lock (_lock)
                return _holds && !_refused;
        }
    }

    /// <summary>
    /// Whether a renderer has ended since then, by the clock's timestamp, that had taken more than half of what it may: how
    /// one ends that needs more tells no more than that it crashed.
    /// </summary>
    public bool WasOutgrownSince(long timestamp)
    {
        lock (_lock)
        {
            Look();
            return _outgrownAt >= timestamp;
        }
    }

    /// <summary>
    /// Limits the renderers there are, and from now on those that come. At the first call some page must be open and all
    /// must be empty: that shows how much an empty one has.
    /// </summary>
    public void Set()
    {
        lock (_lock)
        {
            Look();
            if (_ended || _timer is not null)
                return;
            _timer = new PeriodicTimer(Period, time);
            _keeping = Task.Run(() => KeepAsync(_timer));
        }
    }

    /// <summary>Looks no more; the limits stay.</summary>
    public async ValueTask DisposeAsync()
    {
        Task keeping;
        lock (_lock)
        {
            // A page that is still being opened begins nothing any more.
            _ended = true;
            _timer?.Dispose();
            keeping = _keeping;
        }
        await keeping.ConfigureAwait(false);
    }

    // A page that goes to another site gets another renderer.
    private async Task KeepAsync(PeriodicTimer timer)
    {
        while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            lock (_lock)
                Look();
        }
    }

    private void Look()
    {
        foreach (var (id, before) in _mapped)
        {
            var mapped = ProcessTable.DataBytes(id.Pid);
            if (mapped > 0)
                _mapped[id] = mapped;
            else if (_mapped.Remove(id) && before > _emptyBytes + (bytes / 2))
                _outgrownAt = time.GetTimestamp();
        }
        var alive = ProcessTable.ListsChildren ? processes.LookAgain() : processes.Find();
        var renderers = alive
            .Where(p => !p.IsZombie && !_mapped.ContainsKey(p.Id))
            .Where(p => ProcessTable.IsRenderer(p.Id.Pid))
            .Select(p => (p.Id, Mapped: ProcessTable.DataBytes(p.Id.Pid)))
            .ToList();
        if (_emptyBytes == 0)
            _emptyBytes = renderers.Select(r => r.Mapped).DefaultIfEmpty().Max();
        foreach (var (id, mapped) in renderers)
        {
            // While it starts, V8 asks for this very limit, takes an eighth of it for code, and crashes when that is too
            // little; unlimited it takes 512 MB, and then does not ask again. So zygotes must not be limited either.
            if (mapped == 0 || mapped < _emptyBytes / 8 * 7)
                continue;
            _refused |= !Limit(id.Pid);
            _holds = true;
            _mapped.Add(id, mapped);
        }
    }

    private bool Limit(int pid)
    {
        if (PrLimit(pid, DataResource, 0, out var now) == 0)
        {
            // Chromium's sandbox sets one, too, and nobody may raise it.
            var most = Math.Min(now.Hard, (nuint)(_emptyBytes + bytes));
            var limit = new ResourceLimit(most, most);
            if (PrLimit(pid, DataResource, limit, 0) == 0)
                return true;
        }
        // One that is gone needs none.
        return ProcessTable.Find(pid) is null or { IsZombie: true };
    }

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static partial int PrLimit(int pid, int resource, nint limit, out ResourceLimit now);

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static partial int PrLimit(int pid, int resource, in ResourceLimit limit, nint before);

    private readonly record struct ResourceLimit(nuint Soft, nuint Hard);
}
