using System.CommandLine;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options of a crawl that runs here, each with its default and its range.</summary>
internal sealed class CrawlOptions
{
    /// <summary>What is crawled.</summary>
    public RequestOptions Request { get; } = new();

    /// <summary>What is allowed.</summary>
    public AllowanceOptions Allowance { get; } = new();

    public Option<string?> Out { get; } =
        new("--out") { Description = "The output folder. [default: ./crawls/<id>]", HelpName = "DIR" };

    public Option<string?> Resume { get; } =
        new("--resume")
        {
            Description = "Goes on with the crawl whose output folder this is, with its options.",
            HelpName = "DIR",
        };

    public Option<bool> Json { get; } = new("--json") { Description = "Prints the summary as JSON and nothing else." };

    public Option<bool> Quiet { get; } = new("--quiet") { Description = "Shows no progress." };

    /// <summary>The options that a resumed crawl takes from its folder.</summary>
    public IReadOnlyList<Option> OfNewCrawls => [.. Request.All, Out, .. Allowance.All];

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command)
    {
        Request.AddTo(command);
        command.Options.Add(Out);
        foreach (var option in Allowance.All)
            command.Options.Add(option);
        command.Options.Add(Resume);
        command.Options.Add(Json);
        command.Options.Add(Quiet);
    }
}
