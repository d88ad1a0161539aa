using System.Diagnostics;
using System.Text.Json;
using FunctionsCrawler.Benchmarks.Measuring;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Benchmarks.Comparison.Crawlers;

/// <summary>The programs that are measured, as found on this machine.</summary>
/// <param name="Crawl">The executable of this crawler.</param>
/// <param name="Modules">The node_modules folder with Crawlee; null if it is not installed.</param>
/// <param name="Chromium">The browser of this crawler and of Crawlee.</param>
internal sealed record Programs(string Crawl, string? Modules, string Chromium)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Why Crawlee cannot run; null if it can.</summary>
    public string? NoCrawlee { get; private init; }

    /// <summary>Why Scrapy cannot run; null if it can.</summary>
    public string? NoScrapy { get; private init; }

    /// <summary>The versions of what was found, by name.</summary>
    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    /// <summary>Looks for the programs.</summary>
    /// <param name="crawl">The executable of this crawler; null: the one that was built with the benchmarks.</param>
    /// <param name="peers">The folder in which npm installed the peers; null if it did not.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <exception cref="BenchmarkException">There is no crawler or no Chromium.</exception>
    public static async Task<Programs> FindAsync(string? crawl, string? peers, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux())
            throw new BenchmarkException("processes are measured by /proc, so this benchmark needs Linux");
        crawl = Path.GetFullPath(crawl ?? Path.Combine(AppContext.BaseDirectory, "crawl"));
        if (!File.Exists(crawl))
            throw new BenchmarkException($"there is no crawler {crawl}; build it or change --crawl");
        var chromium = ChromiumLocator.Find(out var fault)?.Path ?? throw new BenchmarkException(fault!);
        var modules = peers is null ? null : Path.GetFullPath(Path.Combine(peers, "node_modules"));
        var crawlee = VersionOfCrawlee(modules);
        var node = await VersionAsync("node", cancellationToken);
        var scrapy = await VersionAsync("scrapy", cancellationToken, "version");
        var versions = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["crawl"] = await VersionAsync(crawl, cancellationToken),
            ["Chromium"] = await VersionAsync(chromium, cancellationToken),
            ["Crawlee"] = node is null ? null : crawlee,
            ["Node.js"] = node,
            ["Scrapy"] = scrapy,
        };
        return new Programs(crawl, modules, chromium)
        {
            NoCrawlee =
                node is null ? "Node.js is not installed; run 'apt-get install nodejs npm' (version 20 or later)"
                : crawlee is null ? "Crawlee is not installed; ./bench installs it with npm"
                : null,
            NoScrapy = scrapy is null ? "Scrapy is not installed; run 'apt-get install python3-scrapy'" : null,
            Versions = versions
                .Where(v => v.Value is not null)
                .ToDictionary(v => v.Key, v => v.Value!, StringComparer.Ordinal),
        };
    }

    private static string? VersionOfCrawlee(string? modules)
    {
        var manifest = Path.Combine(modules ?? "", "crawlee", "package.json");
        if (modules is null || !File.Exists(manifest))
            return null;
        using var json = JsonDocument.Parse(File.ReadAllText(manifest));
        return json.RootElement.GetProperty("version").GetString();
    }

    // The last word of the first line; null if the program cannot be started.
    private static async Task<string?> VersionAsync(
        string program,
        CancellationToken cancellationToken,
        string argument = "--version"
    )
    {
        try
        {
            var exit = await MeasuredProcess.RunAsync(
                new ProcessStartInfo(program, [argument]),
                Limit,
                cancellationToken
            );
            var line = exit.Out.Split('\n').FirstOrDefault(l => l.Any(char.IsAsciiDigit));
            return exit.Code != 0
                ? null
                : line
                    ?.Split(' ')
                    .FirstOrDefault(w => w.Any(char.IsAsciiDigit) && w.Contains('.', StringComparison.Ordinal));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
