using System.Globalization;
using System.Text.Json;
using FunctionsCrawler.Cli.Commands;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Cli.Output;

/// <summary>What a run says at its end.</summary>
internal static class SummaryText
{
    /// <summary>Prints the summary on standard output: JSON and nothing else where that was asked for.</summary>
    /// <param name="summary">The summary.</param>
    /// <param name="folder">Where the results lie on this machine; null when they lie elsewhere.</param>
    /// <param name="view">How it is shown.</param>
    public static void Print(CrawlSummary summary, string? folder, ViewOptions view)
    {
        if (view.Json)
            Console.Out.WriteLine(Exporter.Format(summary));
        else if (!view.Quiet)
            Console.Out.Write(Describe(summary, folder));
    }

    /// <summary>The exit code of a crawl that ended like this.</summary>
    public static int CodeOf(CrawlSummary summary) =>
        summary.State switch
        {
            CrawlState.Cancelled => ExitCode.Cancelled,
            CrawlState.Failed => ExitCode.Failed,
            _ when summary.Browsers.Residue > 0 => ExitCode.Failed,
            _ => summary.Pages.Failed > 0 ? ExitCode.PagesFailed : ExitCode.Done,
        };

    private static string Describe(CrawlSummary s, string? folder)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        var skipped = s.Pages.Skipped;
        text.WriteLine(
            $"{s.State}: {s.Pages.Succeeded} pages stored, {s.Pages.Failed} failed, in {s.EndedAt - s.StartedAt:h\\:mm\\:ss} ({s.PagesPerSecond:F1} pages/s)"
        );
        text.WriteLine(
            $"Skipped: {skipped.Binary} files, {skipped.Scope} out of scope, {skipped.Robots} by robots.txt, {skipped.Duplicate} duplicates, {skipped.Limit} beyond a limit"
        );
        if (s.Pages.Pending > 0)
            text.WriteLine(
                $"Pending: {s.Pages.Pending}" + (folder is null ? "" : $"; crawl --resume '{folder}' goes on with them")
            );
        foreach (var error in s.Errors)
            text.WriteLine($"  {error.Count} × {NameOf(error.Code)}, such as {error.Example}");
        var b = s.Browsers;
        text.WriteLine(
            b.Launches == 0
                ? "Browsers: none was needed"
                : $"Browsers: {b.Launches} launched, peak {b.PeakMemoryMb:F0} MB, disposed of in {b.DisposeMsP50:F0} ms (median), {b.Killed} processes killed, {b.Residue} left"
        );
        if (folder is not null)
            text.WriteLine($"Output: {folder} (pages.ndjson, summary.json, markdown/)");
        return text.ToString();
    }

    // As the records and summary.json write it.
    private static string NameOf(ErrorCode code) =>
        JsonSerializer.SerializeToElement(code, CrawlJson.Default.ErrorCode).GetString()!;
}
