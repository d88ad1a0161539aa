using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Fetching;

/// <summary>Says when a browser may be launched: there must be memory for it.</summary>
public interface ILaunchAdmission
{
    /// <summary>Waits until a browser may be launched.</summary>
    /// <returns>Its place in memory, to be disposed of once the browser is gone, or was not launched after all.</returns>
    /// <exception cref="LaunchNotAdmittedException">There was no room in time.</exception>
    /// <exception cref="WorkerExhaustedException">There will be none while this process lives.</exception>
    Task<ILaunchToken> AdmitAsync(CancellationToken cancellationToken);
}

/// <summary>The place of one browser in memory.</summary>
public interface ILaunchToken : IDisposable
{
    /// <summary>The last sample of the browser's memory, in bytes.</summary>
    long Bytes { get; }

    /// <summary>The browser has started: from now on it is measured.</summary>
    void Started(BrowserInvocation browser);
}

/// <summary>A browser was not launched, because in all the time there was no memory for it.</summary>
public sealed class LaunchNotAdmittedException(string message) : Exception(message);

/// <summary>
/// The process needs so much memory for itself that no browser fits beside it, although none is alive: only a restart
/// helps. What is committed stays.
/// </summary>
public sealed class WorkerExhaustedException(string message) : Exception(message);
