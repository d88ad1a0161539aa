using System.Text.RegularExpressions;

namespace FunctionsCrawler.Browsing;

/// <summary>A Chromium that can be started.</summary>
/// <param name="Path">The executable itself; wrapper scripts are resolved where possible.</param>
/// <param name="Source">Where it was found, for display: "CRAWL_CHROMIUM", "Playwright" or "system".</param>
internal sealed record ChromiumLocation(string Path, string Source)
{
    /// <summary>How to control the browser, from CRAWL_ENGINE.</summary>
    /// <value>Default: <see cref="BrowserEngine.Pipe"/> on Linux, <see cref="BrowserEngine.Playwright"/> elsewhere.</value>
    public BrowserEngine Engine { get; init; } = BrowserLaunch.DefaultEngine;

    /// <summary>Whether to use Chromium's sandbox, from CRAWL_SANDBOX or, if that is unset, by detection.</summary>
    public BrowserSandbox Sandbox { get; init; } = new(false, "not checked");
}

/// <summary>
/// Finds a Chromium: first the variable CRAWL_CHROMIUM, then Playwright's downloads, then installed browsers. Headless
/// shells are preferred to full browsers because they start two to three times as fast.
/// </summary>
internal static partial class ChromiumLocator
{
    /// <summary>The environment variable with the path of the browser's executable.</summary>
    public const string Variable = "CRAWL_CHROMIUM";

    /// <summary>The environment variable that selects the <see cref="BrowserEngine"/>: pipe or playwright.</summary>
    public const string EngineVariable = "CRAWL_ENGINE";

    private static readonly string[] SystemPaths =
    [
        "/usr/lib/chromium/chromium-headless-shell",
        "/usr/lib/chromium/chromium",
        "/opt/google/chrome/chrome",
        "/usr/lib/chromium-browser/chromium-browser",
        "/snap/bin/chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
        @"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
        @"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    ];

    private static readonly string[] CommandNames =
    [
        "chrome-headless-shell",
        "chromium-headless-shell",
        "google-chrome-stable",
        "google-chrome",
        "chromium",
        "chromium-browser",
    ];

    /// <summary>Finds a Chromium and reads how to control and sandbox it.</summary>
    /// <param name="fault">Why none was found, in one line for the user; null if one was found.</param>
    /// <returns>
    /// The first executable that exists, or null. An invalid variable is a fault; the search does not fall back to other
    /// places.
    /// </returns>
    public static ChromiumLocation? Find(out string? fault)
    {
        if (
            FindEngine(out fault) is not { } engine
            || BrowserSandbox.Find(out fault) is not { } sandbox
            || FindExecutable(out fault) is not { } location
        )
            return null;
        return location with { Engine = engine, Sandbox = sandbox };
    }

    private static BrowserEngine? FindEngine(out string? fault)
    {
        fault = null;
        var named = Environment.GetEnvironmentVariable(EngineVariable);
        switch (named)
        {
            case null or "":
                return BrowserLaunch.DefaultEngine;
            case "playwright":
                return BrowserEngine.Playwright;
            case "pipe" when OperatingSystem.IsLinux():
                return BrowserEngine.Pipe;
            default:
                var allowed = OperatingSystem.IsLinux() ? "'pipe' and 'playwright' are" : "'playwright' is";
                fault = $"{EngineVariable} is '{named}', but only {allowed} allowed here; or unset it";
                return null;
        }
    }

    private static ChromiumLocation? FindExecutable(out string? fault)
    {
        fault = null;
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named)
        {
            if (File.Exists(named))
                return new ChromiumLocation(ResolveWrapper(named), Variable);
            fault =
                $"{Variable} is '{named}', but there is no such file; name the executable of a Chromium or unset it";
            return null;
        }
        var found =
            First(PlaywrightDownloads(), "Playwright")
            ?? First(SystemPaths, "system")
            ?? First(OnPath(), "system, on PATH");
        if (found is null)
            fault =
                "no Chromium was found; install one with 'apt-get install chromium-headless-shell' or "
                + $"'npx playwright install --only-shell chromium', or set {Variable} to its executable";
        return found;
    }

    private static ChromiumLocation? First(IEnumerable<string> paths, string source) =>
        paths.FirstOrDefault(File.Exists) is { } path ? new ChromiumLocation(ResolveWrapper(path), source) : null;

    private static IEnumerable<string> PlaywrightDownloads()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var cache =
            Environment.GetEnvironmentVariable("PLAYWRIGHT_BROWSERS_PATH") is { Length: > 1 } set ? set
            : OperatingSystem.IsWindows() ? Path.Combine(home, "AppData", "Local", "ms-playwright")
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches", "ms-playwright")
            : Path.Combine(home, ".cache", "ms-playwright");
        if (!Directory.Exists(cache))
            return [];
        string[] names =
        [
            "headless_shell",
            "chrome-headless-shell",
            "headless_shell.exe",
            "chrome-headless-shell.exe",
            "chrome",
            "chrome.exe",
            "Chromium",
        ];
        return from family in (string[])["chromium_headless_shell-*", "chromium-*"]
            from folder in Directory.GetDirectories(cache, family).OrderDescending(StringComparer.Ordinal)
            from name in names
            from file in Directory.EnumerateFiles(folder, name, SearchOption.AllDirectories)
            select file;
    }

    private static IEnumerable<string> OnPath() =>
        from name in CommandNames
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        where folder.Length > 0
        select Path.Combine(folder, name);

    /// <summary>
    /// Returns the executable behind a wrapper script. Debian's commands are shell scripts that stay alive around the
    /// browser, which is one more process to clean up. If a script names an ELF file, that file is returned instead.
    /// </summary>
    internal static string ResolveWrapper(string path)
    {
        if (!OperatingSystem.IsLinux() || IsElf(path) || new FileInfo(path).Length > 64 * 1024)
            return path;
        return AbsolutePath().Matches(File.ReadAllText(path)).Select(m => m.Value).FirstOrDefault(IsElf) ?? path;
    }

    private static bool IsElf(string path)
    {
        if (!File.Exists(path))
            return false;
        using var file = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[4];
        return file.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("\u007fELF"u8);
    }

    [GeneratedRegex(@"/[A-Za-z0-9_./-]+", RegexOptions.NonBacktracking)]
    private static partial Regex AbsolutePath();
}
