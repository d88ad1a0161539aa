using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Crawls;

/// <summary>The blob that names an owner of a crawl.</summary>
/// <param name="Owner">The name of the owner.</param>
/// <param name="V">The version of the blob.</param>
internal sealed record CrawlOwner(string Owner, int V = 1);

/// <summary>The blob of an owner's heartbeat.</summary>
/// <param name="Beat">A unique name that changes with each beat.</param>
/// <param name="Machine">The boot and the process namespace in which the process ids count; null if they do not count.</param>
/// <param name="Pid">The id of the process.</param>
/// <param name="StartTime">When the process started, in clock ticks since boot.</param>
/// <param name="V">The version of the blob.</param>
internal sealed record OwnerBeat(string Beat, string? Machine = null, int Pid = 0, ulong StartTime = 0, int V = 1)
{
    // A container has the boot id of its host, but process ids of its own.
    private static readonly string? ThisMachine =
        ProcessTable.IsSupported && new FileInfo("/proc/self/ns/pid").LinkTarget is { } space
            ? $"{InvocationFolder.BootId()} {space}"
            : null;

    /// <summary>Creates a beat of this process.</summary>
    /// <param name="isShared">Whether other processes write the same heartbeat, so that the end of one means nothing.</param>
    public static OwnerBeat OfThisProcess(bool isShared)
    {
        var beat = Guid.CreateVersion7().ToString("N");
        return !isShared && ThisMachine is not null && ProcessTable.Find(Environment.ProcessId) is { } self
            ? new OwnerBeat(beat, ThisMachine, self.Id.Pid, self.Id.StartTime)
            : new OwnerBeat(beat);
    }

    /// <summary>
    /// Whether the process ran on this machine and has ended. A restarted server continues its crawls at once because of this.
    /// </summary>
    public bool IsOfDeadProcess() =>
        Machine is not null
        && string.Equals(Machine, ThisMachine, StringComparison.Ordinal)
        && ProcessTable.Find(Pid)?.Id != new ProcessIdentity(Pid, StartTime);
}
