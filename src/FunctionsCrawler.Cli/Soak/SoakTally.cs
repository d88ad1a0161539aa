using System.Text.Json;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>Counts pages and failed crawls.</summary>
internal sealed class SoakTally
{
    private readonly SortedDictionary<string, int> _errors = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];
    private int _healthy;
    private int _failed;
    private int _hostile;

    public PageTally Pages =>
        new()
        {
            Healthy = _healthy,
            HealthyFailed = _failed,
            Hostile = _hostile,
            HostileErrors = _errors,
        };

    /// <summary>Why crawls failed, one line each.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>The durations of the healthy pages that succeeded, in milliseconds.</summary>
    public static IReadOnlyList<double> HealthyDurations(IReadOnlyList<SoakPage> pages) =>
        [.. pages.Where(p => p.Error is null && !SoakPages.IsHostile(p.Url)).Select(p => p.DurationMs)];

    /// <summary>Adds the pages of a crawl.</summary>
    /// <param name="crawl">The crawl.</param>
    /// <param name="builtIn">Whether the built-in site was crawled. There a healthy page that fails is reported at once.</param>
    public void Add(SoakCrawl crawl, bool builtIn)
    {
        foreach (var page in crawl.Chunks.SelectMany(c => c.Pages))
        {
            var hostile = SoakPages.IsHostile(page.Url);
            _hostile += hostile ? 1 : 0;
            _healthy += hostile ? 0 : 1;
            if (page.Error is not { } error)
                continue;
            if (hostile)
            {
                var name = JsonSerializer.SerializeToElement(error, CrawlJson.Default.ErrorCode).GetString()!;
                _errors[name] = _errors.GetValueOrDefault(name) + 1;
                continue;
            }
            _failed++;
            if (builtIn)
                Console.Error.WriteLine($"healthy page failed ({error}): {page.Url}");
        }
    }

    /// <summary>Adds a crawl that failed.</summary>
    public void AddFault(int crawl, string fault) => _faults.Add($"crawl {crawl}: {fault}");
}
