using System.CommandLine;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options of a local crawl.</summary>
internal sealed class CrawlOptions
{
    public RequestOptions Request { get; } = new();

    public AllowanceOptions Allowance { get; } = new();

    public Option<string?> Out { get; } =
        OptionKinds.Text("--out", "DIR", "The output folder; it must be new or empty.", "./crawls/<id>", "-o");

    public Option<string?> Resume { get; } =
        OptionKinds.Text(
            "--resume",
            "DIR",
            "Continues the crawl in this output folder. --depth, --max-pages and --max-minutes may raise its limits."
        );

    public Option<string?> Since { get; } =
        OptionKinds.Text(
            "--since",
            "DIR",
            "The output folder of an earlier crawl: pages that have not changed are taken from it, neither read nor rendered again."
        );

    public FileOptions Files { get; } = new();

    public Option<bool> Json { get; } = new("--json") { Description = "Prints the summary as JSON and nothing else." };

    public Option<bool> Quiet { get; } =
        new("--quiet", "-q") { Description = "Shows no progress; prints only the path of the output folder." };

    public IReadOnlyList<OptionGroup> Groups =>
        [
            new("What to crawl", [.. Request.What, Since]),
            new("Which URLs are the same page", Request.SameUrls),
            new("What to take from pages", Request.Content),
            new("Files of pages", Request.Files),
            new("Why pages fail", Request.Diagnosis),
            new("When to read a page", Request.Waiting),
            new("What to do in a page", Request.InPages),
            new("As whom to visit pages", Request.Visitor),
            new("Limits", [.. Request.Limits, .. Allowance.Limits]),
            new("Output", [Out, Resume, .. Files.All, Json, Quiet]),
            new("Network and politeness", [.. Request.Network, .. Allowance.Network]),
            new("Memory", [Allowance.Memory, .. Request.Memory]),
        ];

    /// <summary>The options that cannot be used with --resume, because a resumed crawl takes them from its folder.</summary>
    public IReadOnlyList<Option> OfNewCrawls =>
        [
            .. Request.All.Except(Request.Limits),
            Since,
            Out,
            .. Allowance.All.Except([Allowance.Proxies.Proxy, Allowance.StorageState.File]),
        ];

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(Request.Urls);
        foreach (var option in Groups.SelectMany(g => g.Options))
            command.Options.Add(option);
    }
}
