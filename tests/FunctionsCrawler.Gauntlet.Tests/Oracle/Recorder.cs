using System.Text.RegularExpressions;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>
/// Watches the process table while tests run and records which processes belong to the tests: all descendants of the test
/// process, and processes of their sessions that were reparented to it or to process 1. Later a process may no longer show
/// any link to the tests, but it is still known by pid and start time.
/// </summary>
internal sealed partial class Recorder : IDisposable
{
    // Often enough to see every process of a browser at least once; a scan takes well below a millisecond.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(15);

    // A process shows its arguments only after exec, and leads a session only after setsid; so inspect it several times.
    private const int MaxInspections = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, Sighting> _present = [];
    private readonly Dictionary<ProcessKey, Sighting> _owned = [];
    private readonly Manifests _manifests = new();
    private readonly Thread _thread;
    private readonly int _session;
    private volatile bool _stopped;
    private readonly ManualResetEventSlim _running = new(initialState: true);

    public Recorder()
    {
        var self = Proc.Find(Environment.ProcessId)!;
        (Started, _session) = (self.Key.Start, self.Session);
        foreach (var pid in Proc.Pids())
            _present[pid] = new Sighting(default) { Inspections = MaxInspections };
        _thread = new Thread(Watch) { IsBackground = true, Name = "Recorder" };
        _thread.Start();
    }

    /// <summary>When the test process started, in clock ticks: older processes cannot belong to the tests.</summary>
    public ulong Started { get; }

    /// <summary>The number of processes recorded as belonging to the tests.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _owned.Count;
        }
    }

    /// <summary>Starts watching the manifests of a temp folder.</summary>
    public void Watch(string tempFolder)
    {
        lock (_lock)
            _manifests.Watch(tempFolder);
    }

    /// <summary>Scans now, then returns the recorded processes that still exist, of one invocation or of all.</summary>
    public IReadOnlyList<(Sighting Seen, ProcessStat Now)> Present(string? marker)
    {
        lock (_lock)
        {
            Scan();
            return
            [
                .. _owned
                    .Values.Where(s => marker is null || s.Marker == marker)
                    .Select(s => (Seen: s, Now: Proc.Find(s.Key.Pid)))
                    .Where(s => s.Now?.Key == s.Seen.Key)
                    .Select(s => (s.Seen, s.Now!)),
            ];
        }
    }

    /// <summary>All processes ever recorded for an invocation.</summary>
    public IReadOnlyList<ProcessKey> Seen(string marker)
    {
        lock (_lock)
            return [.. _owned.Values.Where(s => s.Marker == marker).Select(s => s.Key)];
    }

    /// <summary>Removes a process that only a test's manifest claimed.</summary>
    public void Forget(ProcessKey key)
    {
        lock (_lock)
            _owned.Remove(key);
    }

    /// <summary>The markers of all invocations seen so far.</summary>
    public IReadOnlySet<string> Markers()
    {
        lock (_lock)
        {
            Scan();
            return _owned.Values.Select(s => s.Marker).OfType<string>().ToHashSet(StringComparer.Ordinal);
        }
    }

    /// <summary>Stops the periodic scans until the returned object is disposed.</summary>
    public IDisposable Pause()
    {
        _running.Reset();
        return new Resumption(this);
    }

    public void Dispose()
    {
        _stopped = true;
        _thread.Join();
        _running.Dispose();
    }

    /// <summary>The first marker in a text, or null.</summary>
    public static string? MarkerIn(string text) =>
        MarkerPattern().Match(text) is { Success: true, Value: var marker } ? marker : null;

    private void Watch()
    {
        while (!_stopped)
        {
            _running.Wait();
            lock (_lock)
                Scan();
            Thread.Sleep(Period);
        }
    }

    private void Scan()
    {
        var pids = Proc.Pids().Where(pid => pid != Environment.ProcessId).ToHashSet();
        foreach (var exited in _present.Keys.Where(pid => !pids.Contains(pid)).ToList())
            _present.Remove(exited);
        foreach (var pid in pids)
            Inspect(pid);
        foreach (var (marker, key) in _manifests.ReadChanged())
            Own(_owned.GetValueOrDefault(key) ?? new Sighting(key), marker);
        // Repeat, because children may come before their parents in the listing.
        bool grown;
        do
        {
            grown = false;
            foreach (var process in _present.Values)
                grown |= Inherit(process);
        } while (grown);
    }

    private void Inspect(int pid)
    {
        var known = _present.GetValueOrDefault(pid);
        if (known is { IsOwned: false, Inspections: >= MaxInspections } || Proc.Find(pid) is not { } now)
            return;
        if (known is null || known.Key != now.Key)
            _present[pid] = known = _owned.GetValueOrDefault(now.Key) ?? new Sighting(now.Key);
        known.Inspections++;
        known.Last = now;
        if (now.Key.Start < Started || (known.Marker is not null && known.Inspections > MaxInspections))
            return;
        if (Proc.CommandLine(pid) is { Length: > 0 } line)
            known.CommandLine = line;
        known.IsDriver |= Path.GetFileName(Proc.Program(pid)) == "node";
        if (MarkerIn(Proc.Texts(pid)) is { } marker && IsOfThisRun(now, marker))
            Own(known, marker);
    }

    // Another test run may be active on the same machine; ignore its markers.
    private bool IsOfThisRun(ProcessStat now, string marker) =>
        _manifests.HasSeen(marker) || DescendsFromTests(now) || _owned.Values.Any(s => s.Marker == marker);

    private bool Inherit(Sighting process)
    {
        if (process.Last is not { } now || now.Key.Start < Started || process is { IsOwned: true, Marker: not null })
            return false;
        var relative = FindOwned(now.Parent) ?? FindOwned(now.Session);
        if (!process.IsOwned && (relative is not null || DescendsFromTests(now)))
        {
            Own(process, process.Marker ?? relative?.Marker);
            return true;
        }
        if (process.IsOwned && relative?.Marker is { } marker)
        {
            Own(process, marker);
            return true;
        }
        return false;
    }

    private bool DescendsFromTests(ProcessStat now) =>
        now.Parent == Environment.ProcessId || (now.Parent == 1 && now.Session == _session);

    // The kernel does not reuse the pid of a dead session leader while a process of the session is alive.
    private Sighting? FindOwned(int pid) =>
        _present.GetValueOrDefault(pid) is { IsOwned: true } present ? present
        : _present.ContainsKey(pid) ? null
        : _owned.Values.LastOrDefault(s => s.Key.Pid == pid);

    private void Own(Sighting process, string? marker)
    {
        process.IsOwned = true;
        process.Marker ??= marker;
        _owned[process.Key] = process;
    }

    private sealed class Resumption(Recorder recorder) : IDisposable
    {
        public void Dispose() => recorder._running.Set();
    }

    [GeneratedRegex("FcInvocation[0-9a-f]{20}", RegexOptions.NonBacktracking)]
    private static partial Regex MarkerPattern();
}
