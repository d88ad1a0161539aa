using System.Runtime.InteropServices;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Limits how much memory each renderer of a browser may allocate, with RLIMIT_DATA of prlimit(2). A renderer can grow by
/// 100 MB in 0.1 s, too fast for periodic measuring. With the limit, the excessive allocation itself fails and Chromium
/// ends the renderer.
/// </summary>
/// <param name="processes">The processes of the browser.</param>
/// <param name="bytes">How much a renderer may allocate beyond what an empty renderer has mapped.</param>
/// <param name="time">Drives the search for new renderers.</param>
internal sealed partial class RendererLimit(InvocationProcesses processes, long bytes, TimeProvider time)
    : IAsyncDisposable
{
    private const int DataResource = 2;

    // Searching all processes of the machine takes a hundred times as long as listing children.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(ProcessTable.ListsChildren ? 50 : 1000);

    private readonly Dictionary<ProcessIdentity, long> _mapped = [];
    private readonly Lock _lock = new();
    private PeriodicTimer? _timer;
    private Task _polling = Task.CompletedTask;
    private long _emptyBytes;
    private long? _exitedNearLimitAt;
    private bool _applied;
    private bool _refused;
    private bool _disposed;

    /// <summary>Whether renderers are limited: at least one limit was set, and the kernel refused none.</summary>
    public bool IsInForce
    {
        get
        {
            lock (_lock)
                return _applied && !_refused;
        }
    }

    /// <summary>
    /// Whether a renderer that used more than half of its limit has exited since <paramref name="timestamp"/>. Chromium
    /// reports reaching the limit only as a crash.
    /// </summary>
    public bool ExitedNearLimitSince(long timestamp)
    {
        lock (_lock)
        {
            Update();
            return _exitedNearLimitAt >= timestamp;
        }
    }

    /// <summary>
    /// Limits the existing renderers and, from now on, new ones. At the first call at least one page must be open and all
    /// pages must be empty, because this measures how much memory an empty renderer has mapped.
    /// </summary>
    public void Apply()
    {
        lock (_lock)
        {
            Update();
            if (_disposed || _timer is not null)
                return;
            _timer = new PeriodicTimer(Period, time);
            _polling = Task.Run(() => PollAsync(_timer));
        }
    }

    /// <summary>Stops looking for new renderers; limits that were set stay in force.</summary>
    public async ValueTask DisposeAsync()
    {
        Task polling;
        lock (_lock)
        {
            // A page that is still being opened must not start polling any more.
            _disposed = true;
            _timer?.Dispose();
            polling = _polling;
        }
        await polling.ConfigureAwait(false);
    }

    // A page that navigates to another site gets a new renderer, so polling never stops.
    private async Task PollAsync(PeriodicTimer timer)
    {
        while (await timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            lock (_lock)
                Update();
        }
    }

    private void Update()
    {
        foreach (var (id, before) in _mapped)
        {
            var mapped = ProcessTable.DataBytes(id.Pid);
            if (mapped > 0)
                _mapped[id] = mapped;
            else if (_mapped.Remove(id) && before > _emptyBytes + (bytes / 2))
                _exitedNearLimitAt = time.GetTimestamp();
        }
        var alive = ProcessTable.ListsChildren ? processes.FindQuickly() : processes.Find();
        var renderers = alive
            .Where(p => !p.IsZombie && !_mapped.ContainsKey(p.Id))
            .Where(p => ProcessTable.IsRenderer(p.Id.Pid))
            .Select(p => (p.Id, Mapped: ProcessTable.DataBytes(p.Id.Pid)))
            .ToList();
        if (_emptyBytes == 0)
            _emptyBytes = renderers.Select(r => r.Mapped).DefaultIfEmpty().Max();
        foreach (var (id, mapped) in renderers)
        {
            // At startup V8 reads this limit, reserves an eighth of it for code, and crashes if that is too little; without
            // a limit it reserves 512 MB and does not read the limit again. So limit only renderers that have started, and
            // never zygotes.
            if (mapped == 0 || mapped < _emptyBytes / 8 * 7)
                continue;
            _refused |= !TrySetLimit(id.Pid);
            _applied = true;
            _mapped.Add(id, mapped);
        }
    }

    private bool TrySetLimit(int pid)
    {
        if (PrLimit(pid, DataResource, 0, out var current) == 0)
        {
            // Chromium's sandbox also sets a hard limit, which cannot be raised.
            var target = Math.Min(current.Hard, (nuint)(_emptyBytes + bytes));
            var limit = new ResourceLimit(target, target);
            if (PrLimit(pid, DataResource, limit, 0) == 0)
                return true;
        }
        // A renderer that has exited needs no limit.
        return ProcessTable.Find(pid) is null or { IsZombie: true };
    }

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static partial int PrLimit(int pid, int resource, nint limit, out ResourceLimit current);

    [LibraryImport("libc", EntryPoint = "prlimit", SetLastError = true)]
    private static partial int PrLimit(int pid, int resource, in ResourceLimit limit, nint previous);

    private readonly record struct ResourceLimit(nuint Soft, nuint Hard);
}
