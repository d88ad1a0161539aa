namespace FunctionsCrawler.Browsing;

/// <summary>
/// Finds and removes orphans: temp roots of dead owners, and the processes that show their markers. A browser exits when
/// the pipe to its owner closes, unless it or a renderer is stopped or hung at that moment; its files always remain.
/// </summary>
/// <remarks>
/// The lock next to a temp root tells whether its owner is alive. What cannot be locked is not removed, so browsers of
/// other programs, containers and users are never touched.
/// </remarks>
internal static class OrphanSweep
{
    /// <summary>Lists the orphans in this process's temp folder without changing anything.</summary>
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

    /// <summary>Kills the processes of all orphans and deletes their folders, one orphan at a time, each within 10 s.</summary>
    /// <returns>One result per orphan. After cancellation the remaining orphans are skipped.</returns>
    public static async Task<IReadOnlyList<SweptOrphan>> RemoveAsync(
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var swept = new List<SweptOrphan>();
        foreach (var folder in InvocationFolder.TakeOverAll())
        {
            // Release the lock, so that the next sweep can retry what could not be removed.
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
        // Pid plus start time identifies a process within one boot, even one without a visible marker, such as a zombie.
        foreach (var process in manifest.Processes)
            processes.RegisterRoot(process);
        return processes;
    }
}

/// <summary>Files and processes left by one dead owner.</summary>
/// <param name="Folder">Path of its temp root.</param>
/// <param name="Bytes">Total size of the files below it, plus 1, in bytes.</param>
/// <param name="Processes">Pids of its processes that still exist, in ascending order.</param>
internal sealed record Orphan(string Folder, long Bytes, IReadOnlyList<int> Processes);

/// <summary>Result of removing one orphan.</summary>
/// <param name="Folder">Path of its temp root.</param>
/// <param name="Bytes">Total size of its files before the removal, plus 1, in bytes.</param>
/// <param name="Killed">Number of processes killed.</param>
/// <param name="ProcessesLeft">Number of processes still alive; null if the platform has no process table.</param>
/// <param name="BytesLeft">Bytes that could not be deleted.</param>
internal sealed record SweptOrphan(string Folder, long Bytes, int Killed, int? ProcessesLeft, long BytesLeft)
{
    /// <summary>Whether no process and no file is left.</summary>
    public bool IsClean => ProcessesLeft is null or 0 && BytesLeft == 0;
}
