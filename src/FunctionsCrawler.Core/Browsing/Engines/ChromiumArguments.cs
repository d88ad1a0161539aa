using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing.Engines;

/// <summary>With what a Chromium is started: arguments and environment, nothing of which comes from a page.</summary>
internal static class ChromiumArguments
{
    /// <summary>The variable that marks an engine's processes and, inherited, whatever they start.</summary>
    public const string MarkerVariable = "FUNCTIONS_CRAWLER_INVOCATION";

    // What a browser for people does by itself and a crawler's must not, and what would make pages in the background slow.
    private static readonly string[] Unattended =
    [
        "--headless",
        "--hide-scrollbars",
        "--mute-audio",
        "--no-sandbox",
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
    public static IEnumerable<string> ForPipe(BrowserLaunch launch, string marker, InvocationFolder folder) =>
        [
            .. Unattended,
            .. Ours(launch, marker),
            // One list: the last of several is the one that counts.
            "--disable-features=RenderDocument,DestroyProfileOnBrowserClose,HttpsUpgrades,MediaRouter,OptimizationHints,"
                + "PaintHolding,Translate",
            $"--user-data-dir={Path.Combine(folder.Temp, "profile")}",
            "--remote-debugging-pipe",
        ];

    /// <summary>The launch options of a browser that Playwright starts; it adds arguments of its own.</summary>
    public static BrowserTypeLaunchOptions ForPlaywright(
        BrowserLaunch launch,
        string marker,
        InvocationFolder folder
    ) =>
        new()
        {
            ExecutablePath = launch.ExecutablePath,
            Headless = true,
            // Ctrl-C reaches the whole process group; who cancels what is decided here, not in the driver.
            HandleSIGINT = false,
            HandleSIGTERM = false,
            HandleSIGHUP = false,
            // Ours is the clock that counts (see Bounded).
            Timeout = 0,
            Args = [.. Ours(launch, marker), "--disable-features=RenderDocument"],
            Env = Environment(marker, folder),
        };

    /// <summary>The whole environment of a browser: what it needs to run and none of our secrets.</summary>
    public static Dictionary<string, string> Environment(string marker, InvocationFolder folder)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [MarkerVariable] = marker,
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

    // RenderDocument is turned off besides: with it, closing a page that is navigating never settles
    // (microsoft/playwright#42068; 11 of 60).
    private static IEnumerable<string> Ours(BrowserLaunch launch, string marker) =>
        [
            // Both are needed: with full Chromium one shows in the renderers, the other in the zygotes.
            $"--vmodule={marker}=0",
            $"--enable-features={marker}",
            $"--user-agent={launch.UserAgent}",
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
}
