using System.Text;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Which processes belong to one invocation: whatever shows its marker, whatever was seen to belong to it before, and
/// all that descends from these or lives in a session that one of them leads or led. No single sign is enough: Chromium
/// overwrites environments, orphans lose their parents, crashpad leaves the session, a zombie shows nothing.
/// </summary>
/// <param name="marker">The marker of the invocation.</param>
/// <param name="notBefore">Nothing older belongs to it; clock ticks from boot.</param>
internal sealed class InvocationProcesses(string marker, ulong notBefore)
{
    private readonly byte[] _marker = Encoding.ASCII.GetBytes(marker);
    private readonly HashSet<ProcessIdentity> _seen = [];
    private readonly HashSet<int> _leaders = [];
    private readonly Lock _lock = new();
    private IReadOnlyList<ProcessEntry> _alive = [];

    /// <summary>How many processes have been seen to belong to the invocation so far.</summary>
    public int SeenCount
    {
        get
        {
            lock (_lock)
                return _seen.Count;
        }
    }

    /// <summary>
    /// Takes note of a process that belongs to the invocation for certain, and leads a session of its own or is going to:
    /// killed and reaped before it was seen to do so, it would leave kin that nothing leads to.
    /// </summary>
    public void Know(ProcessIdentity process)
    {
        lock (_lock)
        {
            _seen.Add(process);
            _leaders.Add(process.Pid);
        }
    }

    /// <summary>The processes of the invocation that exist now, zombies included.</summary>
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
            // A pid is not given out again while it names a session, so what lives in the session of a dead leader was
            // its kin: a renderer that was born and orphaned between two looks is found by nothing else once it is dead.
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
            return _alive = [.. found.Values];
        }
    }

    /// <summary>The processes that belong to the invocation by descent and yet do not show its marker.</summary>
    public IReadOnlyList<ProcessEntry> FindUnmarked() =>
        [
            .. Find()
                .Where(p =>
                    !p.IsZombie && !ProcessTable.Shows(p.Id.Pid, _marker) && ProcessTable.Find(p.Id.Pid) is not null
                ),
        ];

    /// <summary>The proportional set size of all of them in bytes.</summary>
    public long PssBytes() => Find().Where(p => !p.IsZombie).Sum(p => ProcessTable.PssBytes(p.Id.Pid));

    /// <summary>
    /// Those that were alive at the last look, and what these have forked since: a hundred times cheaper than
    /// <see cref="Find"/>, and enough to see a renderer that a zygote has just made. Some may have ended. Where the kernel
    /// lists no children, there are none.
    /// </summary>
    public IReadOnlyList<ProcessEntry> LookAgain()
    {
        lock (_lock)
        {
            var known = _alive.Select(p => p.Id.Pid).ToHashSet();
            var born = _alive
                .SelectMany(p => ProcessTable.Children(p.Id.Pid))
                .Where(known.Add)
                .Select(ProcessTable.Find)
                .OfType<ProcessEntry>()
                .ToList();
            if (born.Count == 0)
                return _alive;
            _seen.UnionWith(born.Select(p => p.Id));
            return _alive = [.. _alive, .. born];
        }
    }

    /// <summary>
    /// The anonymous memory of those that are found by <see cref="LookAgain"/>, in bytes: less than
    /// <see cref="PssBytes"/>, but it grows by as much, and costs a hundredth.
    /// </summary>
    public long AnonymousBytes() => LookAgain().Sum(p => ProcessTable.AnonymousBytes(p.Id.Pid));
}
