using FunctionsCrawler.Contracts;
using FunctionsCrawler.Network;

namespace FunctionsCrawler.Browsing;

/// <summary>Settings of one browser launch.</summary>
internal sealed record BrowserLaunch
{
    /// <summary>Path of the Chromium executable; see <see cref="ChromiumLocator"/>.</summary>
    public required string ExecutablePath { get; init; }

    /// <summary>Value of the User-Agent header and of navigator.userAgent in every page.</summary>
    public required string UserAgent { get; init; }

    /// <summary>
    /// Decides which hosts the browser may reach: all its connections go through an <see cref="EgressProxy"/> that asks
    /// this guard.
    /// </summary>
    /// <value>Default null: the browser connects directly and without restrictions.</value>
    public AddressGuard? Guard { get; init; }

    /// <summary>Size limits of each page: bytes, DOM nodes and redirects.</summary>
    public PageLimits Limits { get; init; } = new();

    /// <summary>How many bytes each renderer may allocate beyond what an empty renderer has mapped. Linux only.</summary>
    /// <value>Default null: unlimited.</value>
    public long? RendererBytes { get; init; }

    /// <summary>Whether Chromium's own sandbox is on; see <see cref="BrowserSandbox"/>.</summary>
    /// <value>Default false.</value>
    public bool Sandbox { get; init; }

    /// <summary>How the crawler controls the browser.</summary>
    /// <value>Default: <see cref="DefaultEngine"/>.</value>
    public BrowserEngine Engine { get; init; } = DefaultEngine;

    /// <summary><see cref="BrowserEngine.Pipe"/> on Linux, <see cref="BrowserEngine.Playwright"/> elsewhere.</summary>
    public static BrowserEngine DefaultEngine { get; } =
        OperatingSystem.IsLinux() ? BrowserEngine.Pipe : BrowserEngine.Playwright;

    /// <summary>How long driver and browser together may take to start, not counting the wait for a launch slot.</summary>
    /// <value>Default 30 s.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>How the crawler controls Chromium.</summary>
internal enum BrowserEngine
{
    /// <summary>The DevTools protocol over a pipe, without a driver process. Linux only.</summary>
    Pipe,

    /// <summary>Playwright and its Node driver. Works on every platform.</summary>
    Playwright,
}

/// <summary>A browser failed to start. Its processes and files were disposed of; see the receipt.</summary>
internal sealed class BrowserLaunchException(string message, BrowserReceipt receipt, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The receipt of the failed invocation, with whatever residue is left.</summary>
    public BrowserReceipt Receipt { get; } = receipt;
}

/// <summary>A browser launch was cancelled. Its processes and files were disposed of; see the receipt.</summary>
internal sealed class BrowserLaunchCanceledException(BrowserReceipt receipt, CancellationToken cancellationToken)
    : OperationCanceledException("the browser launch was cancelled", cancellationToken)
{
    /// <summary>The receipt of the cancelled invocation, with whatever residue is left.</summary>
    public BrowserReceipt Receipt { get; } = receipt;
}

/// <summary>A browser or its driver exited, or stopped responding, while it was in use.</summary>
internal sealed class BrowserLostException(string message, Exception? inner = null) : Exception(message, inner);
