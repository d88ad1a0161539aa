using System.Text.RegularExpressions;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>
/// Watches the process table while tests run and remembers which processes were ours: all descendants of the test
/// process, and what was reparented to it or to process 1 out of their sessions. Afterwards a process may show nothing
/// that leads to us any more, and is still known by pid and start time.
/// </summary>
internal sealed partial class Recorder : IDisposable
{
    // Often enough to see every process of a browser at least once; each look costs well below a millisecond.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(15);

    // A process shows its texts only after it was executed, and leads a session only after setsid.
    private const int LooksAtStrangers = 8;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, Sighting> _present = [];
    private readonly Dictionary<ProcessKey, Sighting> _ours = [];
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
            _present[pid] = new Sighting(default) { Looks = LooksAtStrangers };
        _thread = new Thread(Watch) { IsBackground = true, Name = "Recorder" };
        _thread.Start();
    }

    /// <summary>When the test process started, in clock ticks: nothing older can be ours.</summary>
    public ulong Started { get; }

    /// <summary>How many processes have been found to be ours so far.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _ours.Count;
        }
    }

    /// <summary>Watches the manifests of one more temp folder.</summary>
    public void Watch(string tempFolder)
    {
        lock (_lock)
            _manifests.Watch(tempFolder);
    }

    /// <summary>Looks now, then tells what was seen that exists still; of one invocation, or of all.</summary>
    public IReadOnlyList<(Sighting Seen, ProcessStat Now)> Present(string? marker)
    {
        lock (_lock)
        {
            Look();
            return
            [
                .. _ours
                    .Values.Where(s => marker is null || s.Marker == marker)
                    .Select(s => (Seen: s, Now: Proc.Find(s.Key.Pid)))
                    .Where(s => s.Now?.Key == s.Seen.Key)
                    .Select(s => (s.Seen, s.Now!)),
            ];
        }
    }

    /// <summary>All that were ever seen of an invocation.</summary>
    public IReadOnlyList<ProcessKey> Seen(string marker)
    {
        lock (_lock)
            return [.. _ours.Values.Where(s => s.Marker == marker).Select(s => s.Key)];
    }

    /// <summary>Forgets a process that was only said to be ours.</summary>
    public void Forget(ProcessKey key)
    {
        lock (_lock)
            _ours.Remove(key);
    }

    /// <summary>The invocations seen so far.</summary>
    public IReadOnlySet<string> Markers()
    {
        lock (_lock)
        {
            Look();
            return _ours.Values.Select(s => s.Marker).OfType<string>().ToHashSet(StringComparer.Ordinal);
        }
    }

    /// <summary>Looks no more until what this returns is disposed of.</summary>
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

    /// <summary>The first invocation that a text names.</summary>
    public static string? MarkerIn(string text) =>
        MarkerPattern().Match(text) is { Success: true, Value: var marker } ? marker : null;

    private void Watch()
    {
        while (!_stopped)
        {
            _running.Wait();
            lock (_lock)
                Look();
            Thread.Sleep(Period);
        }
    }

    private void Look()
    {
        var pids = Proc.Pids().Where(pid => pid != Environment.ProcessId).ToHashSet();
        foreach (var gone in _present.Keys.Where(pid => !pids.Contains(pid)).ToList())
            _present.Remove(gone);
        foreach (var pid in pids)
            LookAt(pid);
        foreach (var (marker, key) in _manifests.Look())
            Take(_ours.GetValueOrDefault(key) ?? new Sighting(key), marker);
        // Children of children may come before their parents in the listing.
        bool grown;
        do
        {
            grown = false;
            foreach (var process in _present.Values)
                grown |= Inherit(process);
        } while (grown);
    }

    private void LookAt(int pid)
    {
        var known = _present.GetValueOrDefault(pid);
        if (known is { IsOurs: false, Looks: >= LooksAtStrangers } || Proc.Find(pid) is not { } now)
            return;
        if (known is null || known.Key != now.Key)
            _present[pid] = known = _ours.GetValueOrDefault(now.Key) ?? new Sighting(now.Key);
        known.Looks++;
        known.Last = now;
        if (now.Key.Start < Started || (known.Marker is not null && known.Looks > LooksAtStrangers))
            return;
        if (Proc.CommandLine(pid) is { Length: > 0 } line)
            known.CommandLine = line;
        known.IsDriver |= Path.GetFileName(Proc.Program(pid)) == "node";
        if (MarkerIn(Proc.Texts(pid)) is { } marker && IsOfThisRun(now, marker))
            Take(known, marker);
    }

    // Two runs of the tests may stand side by side: another's markers are none of ours.
    private bool IsOfThisRun(ProcessStat now, string marker) =>
        _manifests.Knows(marker) || LeadsToUs(now) || _ours.Values.Any(s => s.Marker == marker);

    private bool Inherit(Sighting process)
    {
        if (process.Last is not { } now || now.Key.Start < Started || process is { IsOurs: true, Marker: not null })
            return false;
        var kin = Ours(now.Parent) ?? Ours(now.Session);
        if (!process.IsOurs && (kin is not null || LeadsToUs(now)))
        {
            Take(process, process.Marker ?? kin?.Marker);
            return true;
        }
        if (process.IsOurs && kin?.Marker is { } marker)
        {
            Take(process, marker);
            return true;
        }
        return false;
    }

    private bool LeadsToUs(ProcessStat now) =>
        now.Parent == Environment.ProcessId || (now.Parent == 1 && now.Session == _session);

    // A pid names a session for as long as one process lives in it, also when its leader is dead: it is not given out.
    private Sighting? Ours(int pid) =>
        _present.GetValueOrDefault(pid) is { IsOurs: true } present ? present
        : _present.ContainsKey(pid) ? null
        : _ours.Values.LastOrDefault(s => s.Key.Pid == pid);

    private void Take(Sighting process, string? marker)
    {
        process.IsOurs = true;
        process.Marker ??= marker;
        _ours[process.Key] = process;
    }

    private sealed class Resumption(Recorder recorder) : IDisposable
    {
        public void Dispose() => recorder._running.Set();
    }

    [GeneratedRegex("FcInvocation[0-9a-f]{20}", RegexOptions.NonBacktracking)]
    private static partial Regex MarkerPattern();
}
