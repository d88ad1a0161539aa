using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing.Engines;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// The part of an invocation's end that does not ask: kill, reap, dispose, delete, look again. Every wait in it is
/// bounded; it never throws.
/// </summary>
/// <param name="processes">What is to be ended.</param>
/// <param name="engine">What is to be let go; null where it died with its owner.</param>
/// <param name="folder">What is to be deleted.</param>
/// <param name="time">The clock.</param>
internal sealed class Disposal(
    InvocationProcesses processes,
    IBrowserEngine? engine,
    InvocationFolder folder,
    TimeProvider time
)
{
    /// <summary>How long a browser may take to close when asked; its p99 is 0.17 s.</summary>
    public static readonly TimeSpan PoliteClose = TimeSpan.FromMilliseconds(500);

    // Usually 0.2 s. On a starved machine four disposals at once took over 5 s for a last process to be gone.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EngineDispose = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(5);

    /// <summary>Ends everything.</summary>
    /// <returns>Processes killed (the driver not counted), processes left (null where none can be seen) and bytes left.</returns>
    public async Task<(int Killed, int? Left, long BytesLeft)> RunAsync()
    {
        var started = time.GetTimestamp();
        var killed = new HashSet<ProcessIdentity>();
        await EndProcessesAsync(started, killed).ConfigureAwait(false);
        await LetGoAsync().ConfigureAwait(false);
        // A process that began to die while we looked may have written once more: look until nothing is left.
        IReadOnlyList<ProcessEntry> left;
        long bytesLeft;
        do
        {
            left = await EndProcessesAsync(started, killed).ConfigureAwait(false);
            bytesLeft = folder.Delete();
            if (left.Count == 0 && bytesLeft == 0)
                break;
            await Task.Delay(LookAgain, time).ConfigureAwait(false);
        } while (time.GetElapsedTime(started) < Limit);
        if (engine is { HasDriver: true, Child: { } id })
            killed.Remove(id);
        return (killed.Count, ProcessTable.IsSupported ? left.Count : null, bytesLeft);
    }

    private async Task<IReadOnlyList<ProcessEntry>> EndProcessesAsync(long started, HashSet<ProcessIdentity> killed)
    {
        while (true)
        {
            var found = processes.Find();
            foreach (var process in found)
            {
                if (ChildReaper.TryKill(process.Id))
                    killed.Add(process.Id);
                // The engine's child belongs to a System.Diagnostics.Process, which reaps it itself.
                else if (process.Id != engine?.Child)
                    ChildReaper.Reap(process);
            }
            if (found.Count == 0 || time.GetElapsedTime(started) >= Limit)
                return found;
            await Task.Delay(LookAgain, time).ConfigureAwait(false);
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "A dead engine may answer with anything; its processes are gone."
    )]
    private async Task LetGoAsync()
    {
        if (engine is null)
            return;
        try
        {
            // With its processes dead, what was still starting or being said has come to its end or never will.
            await Task.Run(async () => await engine.DisposeAsync().ConfigureAwait(false))
                .WithinAsync(EngineDispose, time, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception)
        {
            // What could not be let go is memory of ours, and the soak would show it.
        }
    }
}
