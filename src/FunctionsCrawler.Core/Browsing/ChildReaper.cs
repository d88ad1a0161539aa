using System.Runtime.InteropServices;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Kills and reaps processes by identity. As a child subreaper (prctl(2)) this process adopts the children of a dead
/// driver and must reap them itself. Measured: zombies are gone after 10 ms instead of 1.3 s.
/// </summary>
internal static partial class ChildReaper
{
    private const int SetChildSubreaper = 36;
    private const int NoHang = 1;
    private const int Kill = 9;

    private static readonly Lazy<bool> Subreaper = new(() =>
        ProcessTable.IsSupported && PrCtl(SetChildSubreaper, 1, 0, 0, 0) == 0
    );

    /// <summary>
    /// Makes this process adopt its orphaned descendants. Takes effect once per process; false if the kernel refused.
    /// </summary>
    public static bool BecomeSubreaper() => Subreaper.Value;

    /// <summary>Sends SIGKILL, but only if the pid has not been reused since.</summary>
    /// <returns>Whether the signal was sent; false if the process is gone, a zombie, or may not be signalled.</returns>
    public static bool TryKill(ProcessIdentity id) =>
        ProcessTable.Find(id.Pid) is { } now && now.Id == id && !now.IsZombie && SendSignal(id.Pid, Kill) == 0;

    /// <summary>
    /// Reaps a zombie if it is a child of this process. Do not call it for a process that System.Diagnostics.Process
    /// owns, and do not extend it to wait for any child (-1): both would take exit codes away from their owners.
    /// </summary>
    public static void Reap(ProcessEntry zombie)
    {
        if (zombie.IsZombie && zombie.Parent == Environment.ProcessId)
            _ = WaitPid(zombie.Id.Pid, out _, NoHang);
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int PrCtl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitPid(int pid, out int status, int options);
}
