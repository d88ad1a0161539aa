using System.CommandLine;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options that make a crawl request.</summary>
internal sealed class RequestOptions
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
        OptionKinds.Choice(
            "--mode",
            CrawlMode.Auto,
            "batch: the given URLs alone; recursive: their links too; auto: recursive, but of a sitemap the pages it lists."
        );

    public Option<int> Depth { get; } =
        OptionKinds.Number("--depth", 3, 0, 1000, "How many links away from a start page a page may be.");

    public Option<int> MaxPages { get; } =
        OptionKinds.Number("--max-pages", 1000, 1, 10_000_000, "The most pages that may succeed or fail.");

    public Option<RenderMode> Render { get; } =
        OptionKinds.Choice("--render", RenderMode.Auto, "Whether HTML is rendered in a browser; auto: for now always.");

    public Option<int> Concurrency { get; } = OptionKinds.Number("--concurrency", 5, 1, 500, "Pages in flight.");

    public Option<ScopeKind> Scope { get; } =
        OptionKinds.Choice("--scope", ScopeKind.Host, "Which links are followed.");

    public Option<string[]> Include { get; } =
        OptionKinds.Many("--include", "GLOB", "Follows only links that match one of these, such as **/docs/**.");

    public Option<string[]> Exclude { get; } =
        OptionKinds.Many("--exclude", "GLOB", "Does not follow links that match one of these.");

    public Option<bool> IgnoreRobots { get; } =
        new("--ignore-robots")
        {
            Description =
                "Crawls what robots.txt, robots meta elements and X-Robots-Tag ask not to: for sites of your own.",
        };

    public Option<int> Delay { get; } =
        OptionKinds.Number("--delay", 0, 0, 60_000, "Milliseconds between visits of one host, one page at a time.");

    public Option<int> MaxMinutes { get; } =
        OptionKinds.Number("--max-minutes", 43_200, 1, 525_600, "How long the crawl may last, pauses included.");

    public Option<DispatcherKind> Dispatcher { get; } =
        OptionKinds.Choice(
            "--dispatcher",
            DispatcherKind.MemoryAdaptive,
            "memoryAdaptive: pages wait when memory runs short; fixed: the concurrency that was asked for, up to the hard limit."
        );

    /// <summary>All but the start pages.</summary>
    public IReadOnlyList<Option> All =>
        [
            UrlsFile,
            Mode,
            Depth,
            MaxPages,
            MaxMinutes,
            Render,
            Concurrency,
            Delay,
            Scope,
            Include,
            Exclude,
            IgnoreRobots,
            Dispatcher,
        ];

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(Urls);
        foreach (var option in All)
            command.Options.Add(option);
    }

    /// <summary>The request that a command line makes.</summary>
    /// <exception cref="UsageException">It is no valid one.</exception>
    public async Task<CrawlRequest> ReadAsync(ParseResult parsed)
    {
        List<string> urls = [.. parsed.GetValue(Urls) ?? []];
        if (urls.Find(u => u.StartsWith('-')) is { } unknown)
            throw new UsageException($"unknown option '{unknown}'; crawl --help lists them");
        if (parsed.GetValue(UrlsFile) is { } file)
            urls.AddRange(await UrlList.ReadAsync(file));
        if (urls.Count == 0)
            throw new UsageException("no URL was given; it takes at least one, as in: crawl https://example.com/docs/");
        var request = new CrawlRequest
        {
            Mode = parsed.GetValue(Mode),
            Urls = urls,
            MaxDepth = parsed.GetValue(Depth),
            MaxPages = parsed.GetValue(MaxPages),
            Scope = parsed.GetValue(Scope),
            Include = parsed.GetValue(Include) ?? [],
            Exclude = parsed.GetValue(Exclude) ?? [],
            Render = parsed.GetValue(Render),
            Concurrency = parsed.GetValue(Concurrency),
            DelayMs = parsed.GetValue(Delay),
            MaxMinutes = parsed.GetValue(MaxMinutes),
            RespectRobots = !parsed.GetValue(IgnoreRobots),
            Dispatcher = new DispatcherOptions { Kind = parsed.GetValue(Dispatcher) },
        };
        return CrawlRequestValidator.Validate(request) is [var fault, ..]
            ? throw new UsageException(fault.Message)
            : request;
    }
}
