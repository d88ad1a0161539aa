using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing.Engines;
using FunctionsCrawler.Common;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// The disposal of an invocation: ask the browser to close, then kill and reap its processes, dispose the engine, delete the
/// folder, and check that nothing is left. All waits are bounded (11 s in total); it never throws.
/// </summary>
/// <param name="processes">The processes to kill.</param>
/// <param name="engine">The engine to dispose; null if an orphan is removed, whose engine died with its owner.</param>
/// <param name="folder">The temp root to delete.</param>
/// <param name="time">Source of timestamps and delays.</param>
internal sealed class Disposal(
    InvocationProcesses processes,
    IBrowserEngine? engine,
    InvocationFolder folder,
    TimeProvider time
)
{
    /// <summary>How long a browser may take to close gracefully; the p99 is 0.17 s.</summary>
    private static readonly TimeSpan GracefulCloseLimit = TimeSpan.FromMilliseconds(500);

    // Usually 0.2 s. On an overloaded machine, with four disposals at once, the last process took over 5 s to exit.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EngineDisposeLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PollPeriod = TimeSpan.FromMilliseconds(5);

    /// <inheritdoc cref="Contracts.BrowserReceipt.CloseError"/>
    public string? CloseError { get; private set; }

    /// <summary>
    /// Closes the browser, kills what is left of its processes, disposes the engine and deletes the folder, until nothing is
    /// left or 10 s have passed.
    /// </summary>
    /// <returns>
    /// Processes killed (not counting the driver), processes left (null if the platform has no process table) and bytes
    /// left.
    /// </returns>
    public async Task<(int Killed, int? Left, long BytesLeft)> RunAsync()
    {
        await CloseGracefullyAsync().ConfigureAwait(false);
        var started = time.GetTimestamp();
        var killed = new HashSet<ProcessIdentity>();
        await KillProcessesAsync(started, killed).ConfigureAwait(false);
        await DisposeEngineAsync().ConfigureAwait(false);
        // A process that was exiting during the first pass may have written another file: repeat until nothing is left.
        IReadOnlyList<ProcessEntry> left;
        long bytesLeft;
        do
        {
            left = await KillProcessesAsync(started, killed).ConfigureAwait(false);
            bytesLeft = folder.Delete();
            if (left.Count == 0 && bytesLeft == 0)
                break;
            await Task.Delay(PollPeriod, time).ConfigureAwait(false);
        } while (time.GetElapsedTime(started) < Limit);
        if (engine is { HasDriver: true, Child: { } id })
            killed.Remove(id);
        return (killed.Count, ProcessTable.IsSupported ? left.Count : null, bytesLeft);
    }

    [SuppressMessage("Design", "CA1031", Justification = "Disposal continues even if the graceful close fails.")]
    private async Task CloseGracefullyAsync()
    {
        if (engine is not { IsConnected: true })
            return;
        try
        {
            await engine
                .CloseAsync()
                .WithinAsync(GracefulCloseLimit, time, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The processes are killed next.
            CloseError = e is TimeoutException ? $"no response within {GracefulCloseLimit}" : FirstLine(e);
        }
    }

    private async Task<IReadOnlyList<ProcessEntry>> KillProcessesAsync(long started, HashSet<ProcessIdentity> killed)
    {
        while (true)
        {
            var found = processes.Find();
            foreach (var process in found)
            {
                if (ChildReaper.TryKill(process.Id))
                    killed.Add(process.Id);
                // The engine's child is owned by a System.Diagnostics.Process, which reaps it itself.
                else if (process.Id != engine?.Child)
                    ChildReaper.Reap(process);
            }
            if (found.Count == 0 || time.GetElapsedTime(started) >= Limit)
                return found;
            await Task.Delay(PollPeriod, time).ConfigureAwait(false);
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "An engine whose processes are dead may throw anything; there is nothing left to handle."
    )]
    private async Task DisposeEngineAsync()
    {
        if (engine is null)
            return;
        try
        {
            // The processes are dead, so calls in flight have completed or never will. The limit covers the second case.
            await Task.Run(async () => await engine.DisposeAsync().ConfigureAwait(false))
                .WithinAsync(EngineDisposeLimit, time, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // Only managed memory of this process can leak here; the soak test would show that.
            CloseError ??= $"the engine was not disposed: {FirstLine(e)}";
        }
    }

    private static string FirstLine(Exception e) => e.GetBaseException().Message.Split('\n', 2)[0].TrimEnd();
}
