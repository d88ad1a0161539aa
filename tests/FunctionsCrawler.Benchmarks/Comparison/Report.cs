namespace FunctionsCrawler.Benchmarks.Comparison;

/// <summary>Prints runs and figures as tables.</summary>
internal static class Report
{
    public static void PrintRunHeader() =>
        Console.WriteLine(
            $"{"round", 6}  {"crawler", -26} {"s", 8} {"pages/s", 8} {"CPU s", 8} {"peak MB", 8} {"rendered", 9}"
        );

    public static void Print(CrawlRun run) =>
        Console.WriteLine(
            $"{run.Round, 6}  {run.Crawler, -26} {run.Seconds, 8:F1} {run.PagesPerSecond, 8:F1} {run.CpuSeconds, 8:F1} {run.PeakMb, 8:F0} {run.RenderedShare, 9:P0}"
        );

    /// <summary>Prints one line for each figure.</summary>
    public static void Print(IReadOnlyCollection<Finding> findings)
    {
        if (findings.Count == 0)
            return;
        var width = findings.Max(f => f.What.Length);
        Console.WriteLine($"{"".PadRight(width)} {"min", 8} {"median", 8} {"max", 8}      {"runs", 4}  goal");
        foreach (var finding in findings)
            Console.WriteLine($"{finding.What.PadRight(width)} {Values(finding)}{Verdict(finding)}".TrimEnd());
    }

    /// <summary>One sentence about all goals.</summary>
    public static string Sum(IReadOnlyCollection<Finding> findings)
    {
        var goals = findings.Where(f => f.Goal is not null).ToList();
        var (met, missed) = (goals.Count(g => g.IsMet == true), goals.Count(g => g.IsMet == false));
        var rest = goals.Count - met - missed;
        return $"{met} of {goals.Count} goals met, {missed} not met" + (rest > 0 ? $", {rest} not measured" : "");
    }

    private static string Values(Finding finding) =>
        finding.Values.Count == 0
            ? $"{"-", 8} {"-", 8} {"-", 8}      {0, 4}"
            : $"{FigureText.Format(finding.Min), 8} {FigureText.Format(finding.Median), 8} {FigureText.Format(finding.Max), 8} {finding.Unit, -4} {finding.Values.Count, 4}";

    private static string Verdict(Finding finding) =>
        (finding.Goal, finding.IsMet, finding.Reason) switch
        {
            (null, _, _) => "",
            (var goal, _, { } reason) => $"  {goal} {finding.Unit}: not measured: {reason}",
            (var goal, true, _) => $"  {goal} {finding.Unit}: met",
            (var goal, _, _) => $"  {goal} {finding.Unit}: not met",
        };
}
