using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;

namespace FunctionsCrawler.Fetching;

/// <summary>How this process launches browsers.</summary>
/// <param name="Launch">The settings of a launch; null without a Chromium.</param>
internal sealed record LaunchSettings(BrowserLaunch? Launch)
{
    /// <summary>Whether Chromium's sandbox is used, and why. Null without a Chromium.</summary>
    public BrowserSandbox? Sandbox { get; init; }

    /// <summary>Returns settings whose limits fit the memory budget.</summary>
    /// <param name="chromium">The Chromium; null if none was found.</param>
    /// <param name="gate">The egress guard for the browsers' connections.</param>
    /// <param name="identity">The User-Agent.</param>
    /// <param name="limits">The limits per page.</param>
    /// <param name="budgetBytes">The memory budget of the process, in bytes.</param>
    public static LaunchSettings Of(
        ChromiumLocation? chromium,
        EgressGate gate,
        CrawlerIdentity identity,
        PageLimits limits,
        long budgetBytes
    )
    {
        if (chromium is null)
            return new LaunchSettings(Launch: null);
        var launch = new BrowserLaunch
        {
            ExecutablePath = chromium.Path,
            UserAgent = identity.UserAgent,
            Engine = chromium.Engine,
            Sandbox = chromium.Sandbox.IsOn,
            Guard = gate.Guard,
            Limits = limits.InBrowser(budgetBytes),
            RendererBytes = MemoryBudget.ForRenderer(budgetBytes),
        };
        return new LaunchSettings(launch) { Sandbox = chromium.Sandbox };
    }
}
