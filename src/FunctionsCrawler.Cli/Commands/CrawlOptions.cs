using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options of a crawl, each with its default and its range.</summary>
internal sealed class CrawlOptions
{
    /// <summary>The start pages.</summary>
    public Argument<string[]> Urls { get; } =
        new("url") { Description = "The start pages: absolute http or https URLs.", Arity = ArgumentArity.ZeroOrMore };

    public Option<string?> UrlsFile { get; } =
        new("--urls")
        {
            Description = "Takes start pages from a file too, one a line; - is standard input.",
            HelpName = "FILE|-",
        };

    public Option<CrawlMode> Mode { get; } =
        Choice(
            "--mode",
            CrawlMode.Auto,
            "batch: the given URLs alone; recursive: their links too; auto: for now recursive."
        );

    public Option<int> Depth { get; } =
        Number("--depth", 3, 0, 1000, "How many links away from a start page a page may be.");

    public Option<int> MaxPages { get; } =
        Number("--max-pages", 1000, 1, 10_000_000, "The most pages that may succeed or fail.");

    public Option<string?> Out { get; } =
        new("--out") { Description = "The output folder. [default: ./crawls/<id>]", HelpName = "DIR" };

    public Option<RenderMode> Render { get; } =
        Choice("--render", RenderMode.Auto, "Whether HTML is rendered in a browser; auto: for now always.");

    public Option<int> Concurrency { get; } = Number("--concurrency", 5, 1, 500, "Pages in flight.");

    public Option<ScopeKind> Scope { get; } = Choice("--scope", ScopeKind.Host, "Which links are followed.");

    public Option<string[]> Include { get; } =
        Many("--include", "GLOB", "Follows only links that match one of these, such as **/docs/**.");

    public Option<string[]> Exclude { get; } =
        Many("--exclude", "GLOB", "Does not follow links that match one of these.");

    public Option<bool> AllowPrivate { get; } =
        new("--allow-private") { Description = "Allows private, loopback and link-local addresses." };

    public Option<string[]> Allow { get; } =
        Many("--allow", "CIDR-or-host", "Allows an address range or a host that is forbidden by default.");

    public Option<int> Memory { get; } =
        Number("--memory", 1536, 512, 1_048_576, "MB that this process and its browsers may use together.");

    public Option<DispatcherKind> Dispatcher { get; } =
        Choice(
            "--dispatcher",
            DispatcherKind.MemoryAdaptive,
            "memoryAdaptive: pages wait when memory runs short; fixed: the concurrency that was asked for, up to the hard limit."
        );

    public Option<string?> Resume { get; } =
        new("--resume")
        {
            Description = "Goes on with the crawl whose output folder this is, with its options.",
            HelpName = "DIR",
        };

    public Option<bool> Json { get; } = new("--json") { Description = "Prints the summary as JSON and nothing else." };

    public Option<bool> Quiet { get; } = new("--quiet") { Description = "Shows no progress." };

    /// <summary>The options that a resumed crawl takes from its folder.</summary>
    public IReadOnlyList<Option> OfNewCrawls =>
        [
            UrlsFile,
            Mode,
            Depth,
            MaxPages,
            Out,
            Render,
            Concurrency,
            Scope,
            Include,
            Exclude,
            AllowPrivate,
            Allow,
            Memory,
            Dispatcher,
        ];

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(Urls);
        foreach (var option in OfNewCrawls)
            command.Options.Add(option);
        command.Options.Add(Resume);
        command.Options.Add(Json);
        command.Options.Add(Quiet);
    }

    internal static Option<int> Number(string name, int standard, int least, int most, string description) =>
        new(name)
        {
            Description =
                $"{description} {least.ToString("N0", CultureInfo.InvariantCulture)} to {most.ToString("N0", CultureInfo.InvariantCulture)}.",
            HelpName = "N",
            DefaultValueFactory = _ => standard,
            CustomParser = result =>
            {
                var text = Only(result);
                if (
                    int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var n)
                    && n >= least
                    && n <= most
                )
                    return n;
                result.AddError($"{name} is '{text}'; it takes a whole number from {least} to {most}");
                return standard;
            },
        };

    private static Option<T> Choice<T>(string name, T standard, string description)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName).ToArray();
        return new Option<T>(name)
        {
            Description = description,
            HelpName = string.Join('|', names),
            DefaultValueFactory = _ => standard,
            CustomParser = result =>
            {
                var text = Only(result);
                var at = Array.IndexOf(names, text);
                if (at >= 0)
                    return Enum.GetValues<T>()[at];
                result.AddError($"{name} is '{text}'; it takes one of {string.Join(", ", names)}");
                return standard;
            },
        };
    }

    internal static Option<string[]> Many(string name, string helpName, string description) =>
        new(name)
        {
            Description = description + " May be repeated.",
            HelpName = helpName,
            Arity = ArgumentArity.OneOrMore,
        };

    internal static string Only(ArgumentResult result) => result.Tokens.Count > 0 ? result.Tokens[^1].Value : "";
}
