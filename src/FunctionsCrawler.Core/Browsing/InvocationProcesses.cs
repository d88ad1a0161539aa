using System.Text;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Finds the processes of one invocation: those that show its marker, those found before, and all that descend from these
/// or belong to a session that one of them leads or led. No single criterion is enough: Chromium overwrites its
/// environment, orphans lose their parents, crashpad leaves the session, and zombies show no marker.
/// </summary>
/// <param name="marker">The marker of the invocation.</param>
/// <param name="notBefore">Processes that started earlier are ignored; clock ticks from boot.</param>
internal sealed class InvocationProcesses(string marker, ulong notBefore)
{
    private readonly byte[] _marker = Encoding.ASCII.GetBytes(marker);
    private readonly HashSet<ProcessIdentity> _seen = [];
    private readonly HashSet<int> _leaders = [];
    private readonly Lock _lock = new();
    private IReadOnlyList<ProcessEntry> _lastFound = [];

    /// <summary>How many different processes of the invocation have been found so far.</summary>
    public int SeenCount
    {
        get
        {
            lock (_lock)
                return _seen.Count;
        }
    }

    /// <summary>
    /// Registers a process that is known to belong to the invocation and leads, or will lead, its own session. Otherwise
    /// orphans could not be attributed if the root is killed and reaped before <see cref="Find"/> has seen its session.
    /// </summary>
    public void RegisterRoot(ProcessIdentity process)
    {
        lock (_lock)
        {
            _seen.Add(process);
            _leaders.Add(process.Pid);
        }
    }

    /// <summary>
    /// Searches the whole process table and returns the processes of the invocation that exist now, including zombies.
    /// </summary>
    public IReadOnlyList<ProcessEntry> Find()
    {
        var candidates = ProcessTable
            .Snapshot()
            .Where(p => p.Id.StartTime >= notBefore && p.Id.Pid != Environment.ProcessId)
            .ToList();
        lock (_lock)
        {
            var found = candidates
                .Where(p => _seen.Contains(p.Id) || ProcessTable.Shows(p.Id.Pid, _marker))
                .ToDictionary(p => p.Id.Pid);
            // The kernel does not reuse a pid while it is a session id, so every process in the session of a dead leader
            // descends from it. Nothing else identifies a renderer that was forked, orphaned and killed between two calls.
            var pids = candidates.Select(p => p.Id.Pid).ToHashSet();
            var deadLeaders = _leaders.Where(pid => !pids.Contains(pid)).ToHashSet();
            bool grown;
            do
            {
                grown = false;
                foreach (var process in candidates)
                {
                    if (
                        found.ContainsKey(process.Parent)
                        || found.ContainsKey(process.Session)
                        || deadLeaders.Contains(process.Session)
                    )
                        grown |= found.TryAdd(process.Id.Pid, process);
                }
            } while (grown);
            foreach (var process in found.Values)
            {
                _seen.Add(process.Id);
                if (process.Session == process.Id.Pid)
                    _leaders.Add(process.Id.Pid);
            }
            return _lastFound = [.. found.Values];
        }
    }

    /// <summary>The processes that belong to the invocation by descent or session but do not show its marker.</summary>
    public IReadOnlyList<ProcessEntry> FindUnmarked() =>
        [
            .. Find()
                .Where(p =>
                    !p.IsZombie && !ProcessTable.Shows(p.Id.Pid, _marker) && ProcessTable.Find(p.Id.Pid) is not null
                ),
        ];

    /// <summary>The sum of their proportional set sizes, in bytes.</summary>
    public long PssBytes() => Find().Where(p => !p.IsZombie).Sum(p => ProcessTable.PssBytes(p.Id.Pid));

    /// <summary>
    /// The processes found by the last call, plus the children they have forked since. A hundred times cheaper than
    /// <see cref="Find"/>, and enough to see a renderer that a zygote has just forked. Some may have exited. If the kernel
    /// does not list children (<see cref="ProcessTable.ListsChildren"/>), new ones are missing.
    /// </summary>
    public IReadOnlyList<ProcessEntry> FindQuickly()
    {
        lock (_lock)
        {
            var known = _lastFound.Select(p => p.Id.Pid).ToHashSet();
            var forked = _lastFound
                .SelectMany(p => ProcessTable.Children(p.Id.Pid))
                .Where(known.Add)
                .Select(ProcessTable.Find)
                .OfType<ProcessEntry>()
                .ToList();
            if (forked.Count == 0)
                return _lastFound;
            _seen.UnionWith(forked.Select(p => p.Id));
            return _lastFound = [.. _lastFound, .. forked];
        }
    }

    /// <summary>
    /// The anonymous memory of the processes that <see cref="FindQuickly"/> returns, in bytes. Smaller than
    /// <see cref="PssBytes"/>, but it grows by the same amount and costs a hundredth to read.
    /// </summary>
    public long AnonymousBytes() => FindQuickly().Sum(p => ProcessTable.AnonymousBytes(p.Id.Pid));
}
