using System.CommandLine;
using FunctionsCrawler.Benchmarks.Comparison.Crawlers;
using FunctionsCrawler.Benchmarks.Comparison.Scenarios;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Benchmarks.Comparison;

/// <summary><c>compare</c>: compares the built crawler with Crawlee and Scrapy, and its figures with their goals.</summary>
internal sealed class CompareCommand : Command
{
    private readonly Option<int> _pairs = OptionKinds.Number("--pairs", 5, 1, 1000, "How often each crawler runs.");

    private readonly Option<int> _pages = OptionKinds.Number(
        "--pages",
        200,
        1,
        10_000,
        "Pages of a site; the http scenario has 5 times as many."
    );

    private readonly Option<int> _concurrency = OptionKinds.Number("--concurrency", 4, 1, 100, "Pages in flight.");

    private readonly Option<int> _long = OptionKinds.Number(
        "--long",
        5000,
        1,
        100_000,
        "The late page of the long scenario."
    );

    private readonly Option<int> _idle = OptionKinds.Number(
        "--idle-seconds",
        20,
        1,
        3600,
        "How long the idle scenario watches a server."
    );

    private readonly Option<string[]> _only = OptionKinds.Many("--only", "SCENARIO", "Run only this one.", "all");

    private readonly Option<string?> _json = OptionKinds.Text("--json", "FILE", "Writes all runs and figures as JSON.");

    private readonly Option<string?> _picture = OptionKinds.Text("--picture", "FILE", "Draws the ratios as SVG.");

    private readonly Option<string?> _crawl = OptionKinds.Text(
        "--crawl",
        "FILE",
        "The executable of the crawler that is measured.",
        "the one built with the benchmarks"
    );

    private readonly Option<string?> _peers = OptionKinds.Text(
        "--peers",
        "DIR",
        "The folder where 'npm ci' installed peers/package-lock.json."
    );

    public CompareCommand()
        : base("compare", "Compares whole crawls with Crawlee and Scrapy, and checks the goals.")
    {
        _only.AcceptOnlyFromAmong([.. Scenario.All.Select(s => s.Name)]);
        Option[] options = [_pairs, _pages, _concurrency, _only, _json, _picture, _long, _idle, _crawl, _peers];
        foreach (var option in options)
            Options.Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var programs = await Programs.FindAsync(parsed.GetValue(_crawl), parsed.GetValue(_peers), cancellationToken);
        var bench = new Bench
        {
            Pairs = parsed.GetValue(_pairs),
            Pages = parsed.GetValue(_pages),
            Concurrency = parsed.GetValue(_concurrency),
            LongPages = parsed.GetValue(_long),
            IdleTime = TimeSpan.FromSeconds(parsed.GetValue(_idle)),
            Programs = programs,
        };
        PrintSettings(bench);
        var only = parsed.GetValue(_only) ?? [];
        foreach (
            var scenario in Scenario.All.Where(s => only.Length == 0 || only.Contains(s.Name, StringComparer.Ordinal))
        )
        {
            Console.WriteLine($"\n{scenario.Name}: {scenario.Describe(bench)}");
            var findings = await scenario.RunAsync(bench, cancellationToken);
            bench.Findings.AddRange(findings);
            Report.Print(findings);
            // A later scenario may fail, and the whole takes an hour.
            await SaveAsync(parsed, bench, cancellationToken);
        }
        return PrintGoals(bench);
    }

    private async Task SaveAsync(ParseResult parsed, Bench bench, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_json) is { } json)
            await ReportFile.WriteAsync(json, bench, cancellationToken);
        if (parsed.GetValue(_picture) is { } picture)
            await File.WriteAllTextAsync(picture, RatioChart.Draw(bench), cancellationToken);
    }

    private static void PrintSettings(Bench bench)
    {
        var versions = string.Join(", ", bench.Programs.Versions.Select(v => $"{v.Key} {v.Value}"));
        Console.WriteLine(
            $"compare: {bench.Pairs} pairs, {bench.Concurrency} pages in flight, {Environment.ProcessorCount} cores; {versions}"
        );
        foreach (var absence in ((string?[])[bench.Programs.NoCrawlee, bench.Programs.NoScrapy]).OfType<string>())
            Console.WriteLine($"{absence}; it is left out");
        if (bench.Load > Environment.ProcessorCount / 2.0)
            Console.WriteLine($"the machine is busy (load {bench.Load:F1}), so figures will be noisy");
    }

    private static int PrintGoals(Bench bench)
    {
        var goals = bench.Findings.Where(f => f.Goal is not null).ToList();
        if (goals.Count == 0)
            return 0;
        Console.WriteLine("\ngoals; the median decides");
        Report.Print(goals);
        Console.WriteLine(Report.Sum(goals));
        return goals.Any(g => g.IsMet == false) ? 1 : 0;
    }
}
