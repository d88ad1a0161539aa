using FunctionsCrawler.Network;
using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>Builds the command line and environment of Chromium. Nothing in them comes from a crawled page.</summary>
internal static class ChromiumArguments
{
    /// <summary>The environment variable that carries the marker; child processes inherit it.</summary>
    public const string MarkerVariable = "FUNCTIONS_CRAWLER_INVOCATION";

    // With RenderDocument, closing a page during a navigation can hang (microsoft/playwright#42068; 11 of 60). Scripts that
    // are streamed, and bodies read on a background thread, raise no events for the bytes received, so they escape the size
    // limit: an endless one filled its renderer until it crashed.
    // The others send reports, minutes or days after the page they are about, or load pages that are not visited.
    private const string DisabledFeatures =
        "RenderDocument,ScriptStreaming,BackgroundResourceFetch,Reporting,NetworkErrorLogging,Prerender2,"
        + "InterestGroupStorage,ConversionMeasurement,PrivacySandboxAdsAPIs";

    // Shared workers are seen by visits in other tabs; Chromium for Android does not have them either. The others let the
    // browser send requests for a page that has gone, or store what cannot be seen or cleared.
    private const string DisabledWebFeatures = "SharedWorker,FetchLaterAPI,Fledge,AttributionReporting";

    // Requests with keepalive, such as beacons, end with their page. By default they have 30 s more.
    private const string KeepAlive = "KeepAliveInBrowserMigration:disconnected_loader_timeout_seconds/0";

    // Turns off background activity of an interactive browser, and the throttling of background pages.
    private static readonly string[] Unattended =
    [
        "--headless",
        "--hide-scrollbars",
        "--mute-audio",
        "--no-startup-window",
        "--no-first-run",
        "--no-default-browser-check",
        "--no-service-autorun",
        "--disable-background-networking",
        "--disable-breakpad",
        "--disable-client-side-phishing-detection",
        "--disable-component-extensions-with-background-pages",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-extensions",
        "--disable-field-trial-config",
        "--disable-search-engine-choice-screen",
        "--disable-sync",
        "--metrics-recording-only",
        "--password-store=basic",
        "--use-mock-keychain",
        "--disable-background-timer-throttling",
        "--disable-backgrounding-occluded-windows",
        "--disable-renderer-backgrounding",
        "--disable-hang-monitor",
        "--disable-ipc-flooding-protection",
        "--disable-prompt-on-repost",
        // In containers /dev/shm often has only 64 MB.
        "--disable-dev-shm-usage",
        // A document restored from this cache is not parsed again, so the events that visits wait for would be missing.
        "--disable-back-forward-cache",
        "--force-color-profile=srgb",
        "--window-size=1280,720",
    ];

    /// <summary>The complete arguments of a browser that is controlled over a pipe.</summary>
    public static IEnumerable<string> ForPipe(EngineSetup setup) =>
        [
            .. Unattended,
            .. setup.Launch.Sandbox ? (string[])[] : ["--no-sandbox"],
            .. Common(setup),
            // One list only: if the switch is repeated, Chromium uses the last one.
            $"--disable-features={DisabledFeatures},DestroyProfileOnBrowserClose,HttpsUpgrades,MediaRouter,OptimizationHints,"
                + "PaintHolding,Translate",
            $"--user-data-dir={Path.Combine(setup.Folder.Temp, "profile")}",
            "--remote-debugging-pipe",
        ];

    /// <summary>The launch options of a browser that Playwright starts; it adds arguments of its own.</summary>
    public static BrowserTypeLaunchOptions ForPlaywright(EngineSetup setup) =>
        new()
        {
            ExecutablePath = setup.Launch.ExecutablePath,
            Headless = true,
            ChromiumSandbox = setup.Launch.Sandbox,
            // Ctrl-C reaches the whole process group; this process decides what to cancel, not the driver.
            HandleSIGINT = false,
            HandleSIGTERM = false,
            HandleSIGHUP = false,
            // No timeout of Playwright's own: waits are bounded by this process (see Bounded).
            Timeout = 0,
            Args = [.. Common(setup), $"--disable-features={DisabledFeatures}"],
            Env = Environment(setup),
        };

    /// <summary>
    /// The complete environment of a browser. It contains only what Chromium needs, so none of this process's secrets.
    /// </summary>
    public static Dictionary<string, string> Environment(EngineSetup setup)
    {
        var folder = setup.Folder;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [MarkerVariable] = setup.Marker,
            // Chromium's children overwrite the start of their environment block with a process title. The padding absorbs
            // that, so that their arguments stay readable.
            ["FUNCTIONS_CRAWLER_PADDING"] = new string('-', 4096),
            ["TMPDIR"] = folder.Temp,
            ["HOME"] = folder.Home,
            ["XDG_CONFIG_HOME"] = Path.Combine(folder.Home, "config"),
            ["XDG_CACHE_HOME"] = Path.Combine(folder.Home, "cache"),
            ["XDG_DATA_HOME"] = Path.Combine(folder.Home, "data"),
            ["XDG_RUNTIME_DIR"] = folder.Home,
        };
        foreach (
            var name in (string[])["PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "SystemRoot"]
        )
        {
            if (System.Environment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        }
        return environment;
    }

    private static IEnumerable<string> Common(EngineSetup setup) =>
        [
            .. setup.Egress is { } egress ? Proxy(egress.Port) : [],
            // Both carry the marker: in full Chromium one is passed on to renderers, the other to zygotes.
            $"--vmodule={setup.Marker}=0",
            $"--enable-features={setup.Marker},{KeepAlive}",
            $"--disable-blink-features={DisabledWebFeatures}",
            $"--user-agent={setup.Launch.UserAgent}",
            "--disable-quic",
            // Chromium does not report a popup until its server responds, so a hanging one could not be closed.
            "--block-new-web-contents",
            // Frames of other sites share their page's renderer: fewer processes, and one session sees all traffic.
            "--disable-site-isolation-trials",
            // Pages of one host that share a context also share a renderer.
            "--process-per-site",
            // Renderers live for about 25 pages, so a small heap is enough. Measured: 145 MB instead of 362 MB.
            "--js-flags=--optimize-for-size --max-semi-space-size=2",
        ];

    private static IEnumerable<string> Proxy(int port) =>
        [
            $"--proxy-server=socks5://127.0.0.1:{port}",
            // Otherwise Chromium connects to loopback addresses directly.
            "--proxy-bypass-list=<-loopback>",
            // The proxy resolves names. Disable Chromium's resolver, so that DNS prefetch hints of a page send nothing.
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            // WebRTC sends UDP past the proxy. Both switches are needed: with either one alone, STUN still got out
            // (measured).
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        ];
}

/// <summary>Everything an engine needs to start its browser.</summary>
/// <param name="Launch">The launch settings.</param>
/// <param name="Marker">The invocation's marker.</param>
/// <param name="Folder">The invocation's temp root.</param>
/// <param name="Egress">The proxy for all connections; null if the browser connects directly.</param>
internal sealed record EngineSetup(BrowserLaunch Launch, string Marker, InvocationFolder Folder, EgressProxy? Egress);
