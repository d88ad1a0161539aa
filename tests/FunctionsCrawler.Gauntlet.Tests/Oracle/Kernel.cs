using System.Runtime.InteropServices;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>
/// The few calls that tests make past .NET. A kill(1) of their own would be one more child, and might inherit the marker
/// of a driver that is just being started.
/// </summary>
internal static partial class Kernel
{
    public const int Kill = 9;
    public const int Continue = 18;
    public const int Stop = 19;

    private const int SetChildSubreaper = 36;
    private const int GetChildSubreaper = 37;

    /// <summary>Sends a signal to exactly this process, never to one that got its pid later.</summary>
    public static bool Signal(ProcessKey key, int signal) => Proc.Exists(key) && SendSignal(key.Pid, signal) == 0;

    /// <summary>Reaps a child that no System.Diagnostics.Process owns: the runtime fails fast where one does.</summary>
    public static void Reap(ProcessKey orphan) => _ = WaitPid(orphan.Pid, out _, 0);

    /// <summary>Whether orphaned descendants become our children (prctl(2)) or those of process 1.</summary>
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
