using System.Globalization;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>The console output of a soak.</summary>
internal static class SoakText
{
    /// <summary>One line of progress.</summary>
    public static string Progress(SoakOptions options, SoakSeries series, int residue, TimeSpan elapsed)
    {
        var n = series.Invocations.Count;
        var of = options.Invocations is { } all ? $"of {all} " : "";
        var last = series.Processes[^1];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{elapsed:hh\\:mm\\:ss}  {n} {of}invocations, {n / elapsed.TotalMinutes:F0}/min, residue {residue}, own {last.OwnMb:F0} MB, peak of all {last.TreePeakMb:F0} MB, {last.Handles} files, {last.Threads} threads"
        );
    }

    /// <summary>The summary as text.</summary>
    public static string Describe(SoakSummary s, string folder)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        var minutes = (s.EndedAt - s.StartedAt).TotalMinutes;
        text.WriteLine(
            $"{Plural.Of(s.Invocations, "invocation")} in {Plural.Of(s.Crawls, "crawl")}, {minutes:F1} minutes ({s.Invocations / minutes:F0} a minute); launch {s.LaunchMsP50:F0} ms, disposal {s.DisposeMsP50:F0} ms (medians)"
        );
        text.WriteLine(
            $"Pages: {s.Pages.Healthy} healthy, {s.Pages.Hostile} hostile{Errors(s.Pages)}; all processes together at most {s.PeakTreeMb:F0} MB"
        );
        foreach (var judgement in s.Judgements)
            text.WriteLine($"  {Name(judgement.Outcome), -10} {judgement.What, -14} {judgement.Because}");
        text.WriteLine(Verdict(s));
        text.WriteLine($"To repeat: crawl soak {s.Options}");
        text.WriteLine($"Output: {folder} (soak.ndjson, soak.svg, summary.json)");
        return text.ToString();
    }

    /// <summary>The verdict in one line.</summary>
    public static string Verdict(SoakSummary s)
    {
        var failed = Named(s, Outcome.Failed);
        var notJudged = Named(s, Outcome.NotJudged);
        var verdict =
            failed.Length > 0 ? $"{(s.Interrupted ? "Interrupted. " : "")}FAILED: {failed}"
            : s.Interrupted ? "Interrupted, nothing failed so far"
            : s.Verdict == SoakVerdict.Inconclusive
                ? "Inconclusive: nothing failed, but there were too few samples to judge growth or latency; run it longer"
            : "Passed";
        return notJudged.Length > 0 ? $"{verdict}. Not judged: {notJudged}" : verdict;
    }

    private static string Named(SoakSummary s, Outcome outcome) =>
        string.Join(", ", s.Judgements.Where(j => j.Outcome == outcome).Select(j => j.What));

    private static string Errors(PageTally pages) =>
        pages.HostileErrors.Count == 0
            ? ""
            : $" ({string.Join(", ", pages.HostileErrors.Select(e => $"{e.Value} {e.Key}"))})";

    private static string Name(Outcome outcome) =>
        outcome switch
        {
            Outcome.Passed => "ok",
            Outcome.Failed => "FAILED",
            _ => "not judged",
        };
}
