using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Fetching;

/// <summary>Knows how this process launches browsers.</summary>
/// <param name="settings">How a browser is launched. Without a Chromium only pages over HTTP can be fetched.</param>
/// <param name="spares">Browsers launched ahead.</param>
/// <param name="observer">Notified of every browser that starts or ends.</param>
/// <param name="logger">Receives one line per browser.</param>
/// <param name="time">The clock.</param>
internal sealed class BrowserFactory(
    Lazy<LaunchSettings> settings,
    SpareBrowsers spares,
    IBrowserObserver observer,
    ILogger logger,
    TimeProvider time
)
{
    /// <summary>Creates a source of browsers without launching one.</summary>
    /// <param name="admission">Grants memory for launches.</param>
    /// <param name="recycling">When to replace a browser.</param>
    /// <exception cref="InvalidOperationException">No Chromium was found.</exception>
    public BrowserSource Open(ILaunchAdmission admission, BrowserRecycling recycling) =>
        settings.Value.Launch is not { } launch
            ? throw new InvalidOperationException("the request needs a browser, but this process has no Chromium")
            : new BrowserSource(launch, admission, recycling, observer, logger, time, spares);
}
