using System.Text.RegularExpressions;

namespace FunctionsCrawler.Browsing;

/// <summary>A Chromium that can be started.</summary>
/// <param name="Path">The executable itself, not a wrapper script around it where that can be seen through.</param>
/// <param name="Source">How it was found, for people.</param>
public sealed record ChromiumLocation(string Path, string Source)
{
    /// <summary>How it is to be spoken to: as CRAWL_ENGINE says.</summary>
    /// <value>Default: <see cref="BrowserEngine.Pipe"/> on Linux, <see cref="BrowserEngine.Playwright"/> elsewhere.</value>
    public BrowserEngine Engine { get; init; } = BrowserLaunch.DefaultEngine;

    /// <summary>Whether it is to be sandboxed: as CRAWL_SANDBOX says, and where that leaves it open as the machine allows.</summary>
    public BrowserSandbox Sandbox { get; init; } = new(false, "not looked for");
}

/// <summary>
/// Finds a Chromium: the variable CRAWL_CHROMIUM, Playwright's own downloads, then what the system has. Headless shells
/// come before full browsers: they start two to three times as fast.
/// </summary>
public static partial class ChromiumLocator
{
    /// <summary>The environment variable that names the browser's executable.</summary>
    public const string Variable = "CRAWL_CHROMIUM";

    /// <summary>The environment variable that names the <see cref="BrowserEngine"/>: pipe or playwright.</summary>
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

    /// <summary>Finds a Chromium, and how it is to be spoken to.</summary>
    /// <param name="fault">Why none was found, in one line for people; null when one was.</param>
    /// <returns>
    /// The first that exists, or null. A variable that names no file or no engine is a fault, never a reason to look on.
    /// </returns>
    public static ChromiumLocation? Find(out string? fault)
    {
        if (
            FindEngine(out fault) is not { } engine
            || BrowserSandbox.Find(out fault) is not { } sandbox
            || FindExecutable(out fault) is not { } found
        )
            return null;
        return found with { Engine = engine, Sandbox = sandbox };
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
                return new ChromiumLocation(SeeThroughWrapper(named), Variable);
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
        paths.FirstOrDefault(File.Exists) is { } path ? new ChromiumLocation(SeeThroughWrapper(path), source) : null;

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
    /// Debian's commands are shell scripts that stay alive around the browser: one process more to lose. Where a script
    /// names an ELF file, that file is started instead.
    /// </summary>
    internal static string SeeThroughWrapper(string path)
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
