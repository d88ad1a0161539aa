using System.Runtime.InteropServices;

namespace FunctionsCrawler.Core.Tests.Hostile;

/// <summary>
/// Measures the processor time of the current thread on Linux, which other load does not affect, and wall-clock time elsewhere.
/// </summary>
internal static partial class ThreadClock
{
    // CLOCK_THREAD_CPUTIME_ID in Linux's time.h.
    private const int ThreadTime = 3;

    public static TimeSpan Now()
    {
        if (!OperatingSystem.IsLinux())
            return TimeProvider.System.GetElapsedTime(0);
        if (GetTime(ThreadTime, out var time) != 0)
            throw new InvalidOperationException($"clock_gettime failed with {Marshal.GetLastPInvokeError()}.");
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
    }

    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
