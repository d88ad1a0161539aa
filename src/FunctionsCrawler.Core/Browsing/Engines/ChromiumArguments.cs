using FunctionsCrawler.Safety;
using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>With what a Chromium is started: arguments and environment, nothing of which comes from a page.</summary>
internal static class ChromiumArguments
{
    /// <summary>The variable that marks an engine's processes and, inherited, whatever they start.</summary>
    public const string MarkerVariable = "FUNCTIONS_CRAWLER_INVOCATION";

    // With RenderDocument, closing a page that is navigating never settles (microsoft/playwright#42068; 11 of 60). A script
    // that streams, or a body that another thread reads, comes without the events by which bytes are counted: without end, it
    // filled its renderer until that died.
    private const string NotWanted = "RenderDocument,ScriptStreaming,BackgroundResourceFetch";

    // What a browser for people does by itself and a crawler's must not, and what would make pages in the background slow.
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
        // Containers give /dev/shm 64 MB.
        "--disable-dev-shm-usage",
        // A document that comes back from this cache is not parsed again, and would never be seen to arrive.
        "--disable-back-forward-cache",
        "--force-color-profile=srgb",
        "--window-size=1280,720",
    ];

    /// <summary>The arguments of a browser that is spoken to over a pipe.</summary>
    public static IEnumerable<string> ForPipe(EngineSetup setup) =>
        [
            .. Unattended,
            .. setup.Launch.Sandbox ? (string[])[] : ["--no-sandbox"],
            .. Ours(setup),
            // One list: the last of several is the one that counts.
            $"--disable-features={NotWanted},DestroyProfileOnBrowserClose,HttpsUpgrades,MediaRouter,OptimizationHints,"
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
            // Ctrl-C reaches the whole process group; who cancels what is decided here, not in the driver.
            HandleSIGINT = false,
            HandleSIGTERM = false,
            HandleSIGHUP = false,
            // Ours is the clock that counts (see Bounded).
            Timeout = 0,
            Args = [.. Ours(setup), $"--disable-features={NotWanted}"],
            Env = Environment(setup),
        };

    /// <summary>The whole environment of a browser: what it needs to run and none of our secrets.</summary>
    public static Dictionary<string, string> Environment(EngineSetup setup)
    {
        var folder = setup.Folder;
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [MarkerVariable] = setup.Marker,
            // Children overwrite their environment block with their title; with room there, their arguments survive.
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

    private static IEnumerable<string> Ours(EngineSetup setup) =>
        [
            .. setup.Egress is { } egress ? ThroughProxy(egress.Port) : [],
            // Both are needed: with full Chromium one shows in the renderers, the other in the zygotes.
            $"--vmodule={setup.Marker}=0",
            $"--enable-features={setup.Marker}",
            $"--user-agent={setup.Launch.UserAgent}",
            "--disable-quic",
            // A popup whose server hangs is not told of before it answers, so it could not be closed.
            "--block-new-web-contents",
            // A frame of another site shares its page's renderer: fewer processes, and one session sees all its traffic.
            "--disable-site-isolation-trials",
            // One renderer for the pages of a host that share a context.
            "--process-per-site",
            // Renderers live for 25 pages: they need no room for garbage. Measured: 145 instead of 362 MB.
            "--js-flags=--optimize-for-size --max-semi-space-size=2",
        ];

    private static IEnumerable<string> ThroughProxy(int port) =>
        [
            $"--proxy-server=socks5://127.0.0.1:{port}",
            // Without this loopback is reached directly.
            "--proxy-bypass-list=<-loopback>",
            // It has no need to look names up, so it cannot, whatever hints a page gives.
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            // WebRTC's UDP goes by no proxy. Both are needed: with either alone STUN still got out (measured).
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
            "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        ];
}

/// <summary>What an engine starts its browser with.</summary>
/// <param name="Launch">What was asked for.</param>
/// <param name="Marker">The invocation's marker.</param>
/// <param name="Folder">Its temp root.</param>
/// <param name="Egress">Its way to the network; null: the browser's own.</param>
internal sealed record EngineSetup(BrowserLaunch Launch, string Marker, InvocationFolder Folder, EgressProxy? Egress);
