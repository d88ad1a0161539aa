using System.Runtime.InteropServices;

namespace FunctionsCrawler.Browsing;

/// <summary>
/// Signals and reaps processes by identity. As a child subreaper (prctl(2)) this process inherits what a dead driver
/// leaves, and must reap it itself: measured, zombies are gone after 10 ms instead of 1.3 s.
/// </summary>
internal static partial class ChildReaper
{
    private const int SetChildSubreaper = 36;
    private const int NoHang = 1;
    private const int Kill = 9;

    private static readonly Lazy<bool> Subreaper = new(() =>
        ProcessTable.IsSupported && PrCtl(SetChildSubreaper, 1, 0, 0, 0) == 0
    );

    /// <summary>Makes orphans of this process's descendants its own children. Once per process; true if the kernel agreed.</summary>
    public static bool BecomeSubreaper() => Subreaper.Value;

    /// <summary>Sends SIGKILL if the pid still belongs to this very process.</summary>
    public static bool TryKill(ProcessIdentity id) =>
        ProcessTable.Find(id.Pid) is { } now && now.Id == id && !now.IsZombie && SendSignal(id.Pid, Kill) == 0;

    /// <summary>
    /// Reaps one listed zombie if it is our child. Never call it for a process that System.Diagnostics.Process owns,
    /// and never wait for any child (-1): both would steal exit codes.
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
