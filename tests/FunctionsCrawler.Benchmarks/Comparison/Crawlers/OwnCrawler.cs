using System.Diagnostics;
using System.Text.Json;
using FunctionsCrawler.Benchmarks.Measuring;
using FunctionsCrawler.Benchmarks.Sites;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Benchmarks.Comparison.Crawlers;

/// <summary>The command <c>crawl</c>. It writes all its results: Markdown files, records and the store.</summary>
internal sealed class OwnCrawler(Programs programs, RenderMode render)
    : SiteCrawler($"crawl --render {OptionText.Format(render)}")
{
    /// <summary>The output folder of a crawl.</summary>
    public static string OutputOf(SiteTask task) => Path.Combine(task.Folder, "out");

    /// <inheritdoc/>
    protected override ProcessStartInfo Command(SiteTask task)
    {
        var start = new ProcessStartInfo(programs.Crawl, [task.Url.AbsoluteUri, "--json", "--out", OutputOf(task)]);
        start.ArgumentList.Add("--render");
        start.ArgumentList.Add(OptionText.Format(render));
        start.ArgumentList.Add("--concurrency");
        start.ArgumentList.Add($"{task.Concurrency}");
        start.ArgumentList.Add("--depth");
        start.ArgumentList.Add("1000");
        // More than there are, so that pages it invents are noticed.
        start.ArgumentList.Add("--max-pages");
        start.ArgumentList.Add($"{task.Pages + 10}");
        start.ArgumentList.Add("--allow");
        start.ArgumentList.Add(task.Url.Host);
        start.Environment["CRAWL_CHROMIUM"] = programs.Chromium;
        return start;
    }

    /// <inheritdoc/>
    protected override double Check(MeasuredExit exit, SiteTask task)
    {
        using var summary = JsonDocument.Parse(exit.Out);
        var root = summary.RootElement;
        var pages = root.GetProperty("pages").GetProperty("succeeded").GetInt32();
        var failed = root.GetProperty("pages").GetProperty("failed").GetInt32();
        var rendered = root.GetProperty("renderedShare").GetDouble();
        if (pages != task.Pages || failed > 0)
            throw new BenchmarkException(
                $"{Name} stored {pages} of {task.Pages} pages, {failed} failed: {root.GetProperty("errors")}"
            );
        if (render != RenderMode.Auto && rendered != (render == RenderMode.Always ? 1 : 0))
            throw new BenchmarkException($"{Name} rendered {rendered:P0} of the pages");
        var residue = root.GetProperty("browsers").GetProperty("residue").GetInt32();
        if (residue > 0 || exit.Left > 0)
            throw new BenchmarkException($"{Name} left {Math.Max(residue, exit.Left)} processes, sockets or folders");
        CheckContent(task);
        return rendered;
    }

    // A page whose script did not run has neither its heading nor its text.
    private void CheckContent(SiteTask task)
    {
        var complete = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in File.ReadLines(Path.Combine(OutputOf(task), "pages.ndjson")))
        {
            using var record = JsonDocument.Parse(line);
            var url = record.RootElement.GetProperty("url").GetString()!;
            var markdown = record.RootElement.GetProperty("mainMarkdown").GetString()!;
            var number = url[(url.LastIndexOf('/') + 1)..];
            if (
                markdown.Contains($"# {DocumentPages.Title(number)}\n", StringComparison.Ordinal)
                && markdown.Length > 5000
            )
                complete.Add(url);
        }
        if (complete.Count != task.Pages)
            throw new BenchmarkException($"{Name} stored the content of only {complete.Count} of {task.Pages} pages");
    }
}
