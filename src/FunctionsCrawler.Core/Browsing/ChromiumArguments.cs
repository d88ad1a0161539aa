using Microsoft.Playwright;

namespace FunctionsCrawler.Browsing;

/// <summary>With what a Chromium is started: arguments and environment, nothing of which comes from a request.</summary>
internal static class ChromiumArguments
{
    /// <summary>The launch options of one invocation.</summary>
    public static BrowserTypeLaunchOptions For(string executable, string marker, InvocationFolder folder) =>
        new()
        {
            ExecutablePath = executable,
            Headless = true,
            // Ctrl-C reaches the whole process group; who cancels what is decided here, not in the driver.
            HandleSIGINT = false,
            HandleSIGTERM = false,
            HandleSIGHUP = false,
            // Ours is the clock that counts (see Bounded).
            Timeout = 0,
            Args =
            [
                // Both are needed: with full Chromium one shows in the renderers, the other in the zygotes.
                $"--vmodule={marker}=0",
                $"--enable-features={marker}",
                // With it, closing a page that is navigating never settles (microsoft/playwright#42068; 11 of 60).
                "--disable-features=RenderDocument",
                "--disable-quic",
                // A popup whose server hangs is not told of before it answers, so it could not be closed.
                "--block-new-web-contents",
                // One renderer for the pages of a host that share a context.
                "--process-per-site",
                // Renderers live for 25 pages: they need no room for garbage. Measured: 145 instead of 362 MB.
                "--js-flags=--optimize-for-size --max-semi-space-size=2",
            ],
            Env = Environment(marker, folder),
        };

    private static Dictionary<string, string> Environment(string marker, InvocationFolder folder)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [DriverStart.MarkerVariable] = marker,
            // Children overwrite their environment block with their title; with room there, their arguments survive.
            ["FUNCTIONS_CRAWLER_PADDING"] = new string('-', 4096),
            ["TMPDIR"] = folder.Temp,
            ["HOME"] = folder.Home,
            ["XDG_CONFIG_HOME"] = Path.Combine(folder.Home, "config"),
            ["XDG_CACHE_HOME"] = Path.Combine(folder.Home, "cache"),
            ["XDG_DATA_HOME"] = Path.Combine(folder.Home, "data"),
            ["XDG_RUNTIME_DIR"] = folder.Home,
        };
        // The browser gets what it needs to run and none of our secrets.
        foreach (
            var name in (string[])["PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "SystemRoot"]
        )
        {
            if (System.Environment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        }
        return environment;
    }
}
