using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Memory;

/// <summary>Admits browser launches when there is enough memory.</summary>
internal interface ILaunchAdmission
{
    /// <summary>Waits until a browser may be launched.</summary>
    /// <returns>
    /// A token for the browser's memory. Dispose it after the browser is disposed, or if it was not launched after all.
    /// </returns>
    /// <exception cref="LaunchNotAdmittedException">There was not enough memory within the allowed time.</exception>
    /// <exception cref="WorkerExhaustedException">There will not be enough memory until this process restarts.</exception>
    Task<ILaunchToken> AdmitAsync(CancellationToken cancellationToken);
}

/// <summary>Reserves memory for one browser until it is disposed.</summary>
internal interface ILaunchToken : IDisposable
{
    /// <summary>The last sample of the browser's memory, in bytes.</summary>
    long Bytes { get; }

    /// <summary>Reports that the browser has started. From now on its memory is measured.</summary>
    void Started(BrowserInvocation browser);
}

/// <summary>A browser was not launched because there was not enough memory within the allowed time.</summary>
internal sealed class LaunchNotAdmittedException(string message) : Exception(message);

/// <summary>
/// The process itself uses so much memory that no browser fits into the budget, although no browser is running. Only a
/// restart helps. Committed results are not lost.
/// </summary>
internal sealed class WorkerExhaustedException(string message) : Exception(message);
