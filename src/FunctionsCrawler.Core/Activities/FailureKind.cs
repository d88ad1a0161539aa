using FunctionsCrawler.Blobs;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Activities;

/// <summary>What the failure of an activity means for its crawl. All engines and hosts decide by this alone.</summary>
internal enum FailureKind
{
    /// <summary>A retry may succeed. When the retries are used up, the failure is recorded and the crawl continues.</summary>
    Retry,

    /// <summary>
    /// The store is unavailable or full. Nothing is recorded, and the crawl waits for the store. Otherwise a full disk that has
    /// no space for a chunk might still take the short error records, although no page is at fault.
    /// </summary>
    WaitForStore,

    /// <summary>
    /// A blob is damaged that cannot be made again: the request. A retry reads the same bytes, so the crawl stops.
    /// </summary>
    Damaged,

    /// <summary>This process has no memory left for browsers. The crawl continues in another process.</summary>
    RestartWorker,
}

/// <summary>Maps exceptions to <see cref="FailureKind"/>.</summary>
internal static class Failures
{
    // errno values of ENOSPC, EROFS, and EDQUOT on Linux and macOS.
    private static readonly int[] UnixDiskFaults = [28, 30, 122, 69];

    // ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.
    private static readonly int[] WindowsDiskFaults = [unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Returns the kind of an activity's failure.</summary>
    public static FailureKind KindOf(Exception failure) =>
        failure switch
        {
            WorkerExhaustedException => FailureKind.RestartWorker,
            StoreUnavailableException => FailureKind.WaitForStore,
            DamagedBlobException => FailureKind.Damaged,
            // The cause may be a full disk: a browser needs a temporary profile folder.
            BrowserLaunchException { InnerException: { } cause } => KindOf(cause),
            ActivityFailedException { InnerException: { } cause } => KindOf(cause),
            IOException when IsDiskFault(failure) => FailureKind.WaitForStore,
            _ => FailureKind.Retry,
        };

    /// <summary>
    /// Returns the kind of a failure that ended a crawl's orchestration after all retries. Planning and committing use only the
    /// store, so any other I/O error also means that the store is unavailable.
    /// </summary>
    public static FailureKind KindOfCrawl(Exception failure)
    {
        var cause = failure is ActivityFailedException { InnerException: { } inner } ? inner : failure;
        return KindOf(failure) is var kind && kind == FailureKind.Retry && cause is IOException
            ? FailureKind.WaitForStore
            : kind;
    }

    private static bool IsDiskFault(Exception failure) =>
        (OperatingSystem.IsWindows() ? WindowsDiskFaults : UnixDiskFaults).Contains(failure.HResult);
}
