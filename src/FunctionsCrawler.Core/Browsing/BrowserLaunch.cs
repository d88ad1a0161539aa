using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Browsing;

/// <summary>How a browser is started.</summary>
public sealed record BrowserLaunch
{
    /// <summary>The Chromium executable, as <see cref="ChromiumLocator"/> finds it.</summary>
    public required string ExecutablePath { get; init; }

    /// <summary>The User-Agent header and navigator.userAgent of every page.</summary>
    public required string UserAgent { get; init; }

    /// <summary>What may be reached: the browser's every connection goes by an <see cref="EgressProxy"/> that asks it.</summary>
    /// <value>Default null: the browser reaches the network by itself, whatever is there.</value>
    public AddressGuard? Guard { get; init; }

    /// <summary>How much each of its pages may be.</summary>
    public PageLimits Limits { get; init; } = new();

    /// <summary>How much each renderer may allocate beyond what an empty one has, in bytes. Linux only.</summary>
    /// <value>Default null: as much as it likes.</value>
    public long? RendererBytes { get; init; }

    /// <summary>Whether Chromium's own sandbox is on; see <see cref="BrowserSandbox"/>.</summary>
    /// <value>Default false.</value>
    public bool Sandbox { get; init; }

    /// <summary>How it is spoken to.</summary>
    /// <value>Default: <see cref="DefaultEngine"/>.</value>
    public BrowserEngine Engine { get; init; } = DefaultEngine;

    /// <summary><see cref="BrowserEngine.Pipe"/> on Linux, <see cref="BrowserEngine.Playwright"/> elsewhere.</summary>
    public static BrowserEngine DefaultEngine { get; } =
        OperatingSystem.IsLinux() ? BrowserEngine.Pipe : BrowserEngine.Playwright;

    /// <summary>How long driver and browser together may take to start, waiting for admission excluded.</summary>
    /// <value>Default 30 s.</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>What stands between the crawler and Chromium.</summary>
public enum BrowserEngine
{
    /// <summary>Nothing: the DevTools protocol over a pipe. Linux only.</summary>
    Pipe,

    /// <summary>Playwright and its driver, on every platform.</summary>
    Playwright,
}

/// <summary>A browser did not start. What it left was disposed of; the receipt says so.</summary>
public sealed class BrowserLaunchException(string message, BrowserReceipt receipt, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>The receipt of the failed invocation.</summary>
    public BrowserReceipt Receipt { get; } = receipt;
}

/// <summary>A launch was cancelled. What it left was disposed of; the receipt says so.</summary>
public sealed class BrowserLaunchCanceledException(BrowserReceipt receipt, CancellationToken cancellationToken)
    : OperationCanceledException("the launch of a browser was cancelled", cancellationToken)
{
    /// <summary>The receipt of the cancelled invocation.</summary>
    public BrowserReceipt Receipt { get; } = receipt;
}

/// <summary>A browser, or its driver, died while it was in use.</summary>
public sealed class BrowserLostException(string message, Exception? inner = null) : Exception(message, inner);
