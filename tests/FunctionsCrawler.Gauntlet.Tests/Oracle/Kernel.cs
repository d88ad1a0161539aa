using System.Runtime.InteropServices;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>
/// System calls that .NET does not offer. Starting kill(1) instead would add a child process, which might inherit the marker
/// of a driver that is being started at the same moment.
/// </summary>
internal static partial class Kernel
{
    public const int Kill = 9;
    public const int Continue = 18;
    public const int Stop = 19;

    private const int SetChildSubreaper = 36;
    private const int GetChildSubreaper = 37;

    /// <summary>Sends a signal to this process, but not to another one that reuses its pid.</summary>
    public static bool Signal(ProcessKey key, int signal) => Proc.Exists(key) && SendSignal(key.Pid, signal) == 0;

    /// <summary>Reaps a child. Do not call it if a System.Diagnostics.Process owns the child: the runtime would fail fast.</summary>
    public static void Reap(ProcessKey orphan) => _ = WaitPid(orphan.Pid, out _, 0);

    /// <summary>Whether orphaned descendants are reparented to this process (prctl(2)) instead of process 1.</summary>
    public static unsafe bool IsSubreaper
    {
        get
        {
            var set = 0;
            Assert.Equal(0, PrCtl(GetChildSubreaper, (nuint)(&set), 0, 0, 0));
            return set != 0;
        }
        set => Assert.Equal(0, PrCtl(SetChildSubreaper, value ? 1u : 0, 0, 0, 0));
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitPid(int pid, out int status, int options);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int PrCtl(int option, nuint a, nuint b, nuint c, nuint d);
}
