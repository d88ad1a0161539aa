using System.Diagnostics;
using FunctionsCrawler.Benchmarks.Measuring;

namespace FunctionsCrawler.Benchmarks.Comparison.Crawlers;

/// <summary>A crawler as a program: it is given the start page of a site and must find and read all pages.</summary>
/// <param name="name">The name in the output.</param>
internal abstract class SiteCrawler(string name)
{
    private static readonly TimeSpan Start = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan PerPage = TimeSpan.FromSeconds(10);

    public string Name => name;

    /// <summary>Why it cannot run on this machine, and what to do about it; null if it can.</summary>
    public virtual string? Absence => null;

    /// <summary>Crawls a site once.</summary>
    /// <param name="task">What to crawl.</param>
    /// <param name="cancellationToken">Cancels the crawl.</param>
    /// <returns>What was measured, and the share of pages that a browser rendered.</returns>
    /// <exception cref="BenchmarkException">The crawl failed or lost a page.</exception>
    public async Task<(MeasuredExit Exit, double RenderedShare)> RunAsync(
        SiteTask task,
        CancellationToken cancellationToken
    )
    {
        var start = Command(task);
        start.WorkingDirectory = task.Folder;
        // Temp files of crawlers end with the folder.
        start.Environment["TMPDIR"] = task.Folder;
        var exit = await MeasuredProcess.RunAsync(start, Start + (PerPage * task.Pages), cancellationToken);
        if (exit.Code != 0)
            throw new BenchmarkException($"{Name} ended with exit code {exit.Code}: {End(exit.Error)}{End(exit.Out)}");
        return (exit, Check(exit, task));
    }

    /// <summary>The program and its arguments.</summary>
    protected abstract ProcessStartInfo Command(SiteTask task);

    /// <summary>Returns the share of pages that a browser rendered.</summary>
    /// <exception cref="BenchmarkException">A page is missing. A crawl that loses pages would count as fast.</exception>
    protected abstract double Check(MeasuredExit exit, SiteTask task);

    private static string End(string text) => text.Length > 2000 ? "…" + text[^2000..] : text;
}

/// <summary>A crawl of a whole site.</summary>
/// <param name="Url">The start page.</param>
/// <param name="Pages">The number of pages of the site.</param>
/// <param name="Concurrency">Pages in flight.</param>
/// <param name="Folder">An empty folder for what the crawler writes; it is removed afterwards.</param>
internal sealed record SiteTask(Uri Url, int Pages, int Concurrency, string Folder);
