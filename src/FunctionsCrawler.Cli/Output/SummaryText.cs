using System.Globalization;
using System.Text.Json;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Output;

/// <summary>The output at the end of a crawl.</summary>
internal static class SummaryText
{
    /// <summary>Prints the summary on standard output, as text or JSON.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="folder">The output folder; null if a server has the results.</param>
    /// <param name="view">The format.</param>
    public static void Print(CrawlSummary summary, OutputFolder? folder, ViewOptions view)
    {
        if (view.Json)
            Console.Out.WriteLine(Exporter.Format(summary));
        else if (!view.Quiet)
            Console.Out.Write(Describe(summary, folder?.Path, folder?.Settings, view.CanResume));
        else if (folder is not null)
            Console.Out.WriteLine(folder.Path);
    }

    /// <summary>The exit code for a crawl with this summary.</summary>
    public static int CodeOf(CrawlSummary summary) =>
        summary.State switch
        {
            CrawlState.Cancelled => ExitCode.Cancelled,
            CrawlState.Failed => ExitCode.Failed,
            _ when summary.Browsers.Residue > 0 => ExitCode.Failed,
            _ => summary.Pages.Failed > 0 ? ExitCode.PagesFailed : ExitCode.Done,
        };

    /// <summary>The summary as text.</summary>
    /// <param name="s">The summary.</param>
    /// <param name="folder">The output folder; null if a server has the results.</param>
    /// <param name="settings">The settings of a local crawl; null if the crawl ran on a server.</param>
    /// <param name="canResume">Whether to suggest --resume.</param>
    internal static string Describe(CrawlSummary s, string? folder, CrawlSettings? settings, bool canResume)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        var duplicates = s.Pages.Duplicates > 0 ? $" ({Plural.Of(s.Pages.Duplicates, "duplicate")})" : "";
        text.WriteLine(
            $"{s.State}: {Plural.Of(s.Pages.Succeeded, "page")} stored{duplicates}, {s.Pages.Failed} failed, in {s.EndedAt - s.StartedAt:h\\:mm\\:ss} ({s.PagesPerSecond:F1} pages/s)"
        );
        if (s.Reason is not null)
            text.WriteLine($"Reason: {s.Reason}");
        if (s.Changes is { } changes)
            text.WriteLine(
                $"Since {changes.Since}: {changes.Unchanged} unchanged, {changes.Changed} changed, {changes.Added} added, {changes.Removed} removed"
            );
        if (s.NearDuplicates > 0)
            text.WriteLine(
                $"Nearly the same text as another page: {Plural.Of(s.NearDuplicates, "page")} (nearDuplicateOf in pages.ndjson)"
            );
        var skipped = s.Pages.Skipped;
        var repeated = skipped.Duplicate > 0 ? $", {Plural.Of(skipped.Duplicate, "repeated start URL")}" : "";
        text.WriteLine(
            $"Skipped: {Plural.Of(skipped.Binary, "file")}, {skipped.Scope} out of scope, {skipped.Robots} by robots.txt{repeated}, {skipped.Limit} beyond a limit"
        );
        if (s.DroppedEntries > 0)
            text.WriteLine(
                $"Left out of sitemaps and lists: {Plural.Of(s.DroppedEntries, "entry", "entries")} without an http or https URL"
            );
        var resume = folder is not null && canResume ? $"crawl --resume '{folder}'" : null;
        if (s.Pages.Pending > 0)
            text.WriteLine($"Pending: {s.Pages.Pending}" + (resume is null ? "" : $"; {resume} continues with them"));
        else if (skipped.Limit > 0 && resume is not null && s.State == CrawlState.Completed)
            text.WriteLine(
                $"Skipped because of a limit: {skipped.Limit}; {resume} with a higher --max-pages, --depth or --max-minutes continues with them"
            );
        foreach (var error in s.Errors)
            text.WriteLine($"  {error.Count} × {NameOf(error.Code)}, such as {error.Example}");
        if (settings is { AllowPrivate: false } && s.Errors.Any(e => e.Code == ErrorCode.BlockedAddress))
            text.WriteLine(
                "  Private and loopback addresses are blocked: --allow-private allows all of them, --allow HOST one host"
            );
        text.WriteLine(Describe(s.Browsers));
        if (folder is not null)
            text.WriteLine($"Output: {folder} (pages.ndjson, summary.json, markdown/)");
        return text.ToString();
    }

    private static string Describe(SummaryBrowsers b) =>
        b.Launches == 0
            ? "Browsers: none needed"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Browsers: {b.Launches} launched, peak {b.PeakMemoryMb:F0} MB, disposed in {b.DisposeMsP50:F0} ms (median), {Plural.Of(b.Killed, "process", "processes")} killed, {b.Residue} left"
            );

    // The spelling of pages.ndjson and summary.json.
    private static string NameOf(ErrorCode code) =>
        JsonSerializer.SerializeToElement(code, CrawlJson.Default.ErrorCode).GetString()!;
}
