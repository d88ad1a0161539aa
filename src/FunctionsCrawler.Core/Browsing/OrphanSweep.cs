namespace FunctionsCrawler.Browsing;

/// <summary>
/// Finds and removes what dead owners left: temp roots, and the processes that show their markers. A browser dies with
/// the pipe to its owner, but not when it, or a renderer, was stopped or hung at that moment; its files always stay.
/// </summary>
/// <remarks>
/// Whether an owner lives is told by the lock beside its temp root, so browsers of another program, container or user are
/// never touched: what cannot be locked is not ours to remove.
/// </remarks>
public static class OrphanSweep
{
    /// <summary>What dead owners left in this process's temp folder. Nothing is changed.</summary>
    public static IReadOnlyList<Orphan> Find()
    {
        var orphans = new List<Orphan>();
        foreach (var folder in InvocationFolder.TakeOverAll())
        {
            using (folder)
            {
                var pids = ProcessesOf(folder).Find().Select(p => p.Id.Pid);
                orphans.Add(new Orphan(folder.Root, folder.Measure(), [.. pids.Order()]));
            }
        }
        return orphans;
    }

    /// <summary>Ends these processes and deletes these folders, one invocation after the other, each within 10 s.</summary>
    /// <returns>What was removed, and what of it is left.</returns>
    public static async Task<IReadOnlyList<SweptOrphan>> RemoveAsync(
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var swept = new List<SweptOrphan>();
        foreach (var folder in InvocationFolder.TakeOverAll())
        {
            // Whatever could not be removed may be tried again by the next sweep.
            using var released = folder;
            if (cancellationToken.IsCancellationRequested)
                continue;
            var bytes = folder.Measure();
            var disposal = new Disposal(ProcessesOf(folder), engine: null, folder, time);
            var (killed, left, bytesLeft) = await disposal.RunAsync().ConfigureAwait(false);
            swept.Add(new SweptOrphan(folder.Root, bytes, killed, left, bytesLeft));
        }
        return swept;
    }

    private static InvocationProcesses ProcessesOf(InvocationFolder folder)
    {
        var processes = new InvocationProcesses(folder.Marker, notBefore: 0);
        var manifest = folder.ReadManifest();
        if (manifest is null || !string.Equals(manifest.BootId, InvocationFolder.BootId(), StringComparison.Ordinal))
            return processes;
        // A pid with its start time is not a stranger's; and a process that shows nothing, a zombie say, is still known.
        foreach (var process in manifest.Processes)
            processes.Know(process);
        return processes;
    }
}

/// <summary>What one dead owner left.</summary>
/// <param name="Folder">Its temp root.</param>
/// <param name="Bytes">The size of that.</param>
/// <param name="Processes">The pids of its processes.</param>
public sealed record Orphan(string Folder, long Bytes, IReadOnlyList<int> Processes);

/// <summary>What was removed of one dead owner's.</summary>
/// <param name="Folder">Its temp root.</param>
/// <param name="Bytes">The size of that before.</param>
/// <param name="Killed">Processes that were killed.</param>
/// <param name="ProcessesLeft">Processes that are still there; null where the platform has no process table to look into.</param>
/// <param name="BytesLeft">Bytes that could not be deleted.</param>
public sealed record SweptOrphan(string Folder, long Bytes, int Killed, int? ProcessesLeft, long BytesLeft)
{
    /// <summary>Whether nothing is left.</summary>
    public bool IsClean => ProcessesLeft is null or 0 && BytesLeft == 0;
}
