using System.CommandLine;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options of a crawl request.</summary>
internal sealed class RequestOptions
{
    private static readonly CrawlRequest Standard = new();

    public Argument<string[]> Urls { get; } =
        new("url") { Description = "The start pages: http or https URLs.", Arity = ArgumentArity.ZeroOrMore };

    public Option<string?> UrlsFile { get; } =
        OptionKinds.Text(
            "--urls",
            "FILE|-",
            "Also reads start pages from a file, one URL per line; - is standard input."
        );

    // The default differs from that of CrawlRequest: a URL on the command line may be a page or a sitemap.
    public Option<CrawlMode> Mode { get; } =
        OptionKinds.Choice(
            "--mode",
            CrawlMode.Auto,
            "batch: only the given URLs; recursive: follow links; auto: recursive, but for a sitemap, feed or list of links only the pages it lists."
        );

    public Option<int> Depth { get; } =
        OptionKinds.Number(
            "--depth",
            Standard.MaxDepth,
            0,
            1000,
            "How many links away from a start page a page may be."
        );

    public Option<int> MaxPages { get; } =
        OptionKinds.Number(
            "--max-pages",
            Standard.MaxPages,
            1,
            10_000_000,
            "Ends the crawl after this many pages, failed ones included."
        );

    public Option<RenderMode> Render { get; } =
        OptionKinds.Choice(
            "--render",
            Standard.Render,
            "Which pages a browser renders. auto: those whose scripts bring content; always: all; never: none, pages are taken as the server sends them."
        );

    public Option<int> Concurrency { get; } =
        OptionKinds.Number("--concurrency", Standard.Concurrency, 1, 500, "Pages in flight; five share a browser.");

    public Option<ScopeKind> Scope { get; } =
        OptionKinds.Choice(
            "--scope",
            Standard.Scope,
            "Which links are followed, relative to the start pages: same origin, same host, same domain, below the same folder, any, at or below the same path."
        );

    public Option<string[]> Include { get; } =
        OptionKinds.Many(
            "--include",
            "PATTERN",
            "Follows only links that match a glob, such as **/docs/**, or a regular expression after re: or, for paths, path:."
        );

    public Option<string[]> Exclude { get; } =
        OptionKinds.Many("--exclude", "PATTERN", "Does not follow links that match.");

    /// <summary>How pages are found and told apart.</summary>
    public DiscoveryOptions Discovery { get; } = new();

    public Option<bool> IgnoreRobots { get; } =
        new("--ignore-robots")
        {
            Description = "Ignores robots.txt, robots meta elements and X-Robots-Tag. Use it only for your own sites.",
        };

    public Option<int> Delay { get; } =
        OptionKinds.Number(
            "--delay",
            Standard.DelayMs,
            0,
            60_000,
            "Milliseconds between visits to one host; above 0, one page of a host at a time."
        );

    public Option<int> MaxMinutes { get; } =
        OptionKinds.Number(
            "--max-minutes",
            Standard.MaxMinutes,
            1,
            525_600,
            "Ends the crawl this long after its start, pauses included."
        );

    public ExtractionOptions Extraction { get; } =
        new("What is stored of each page.", "markdown,mainMarkdown,links,metadata");

    public WaitOptions Waits { get; } = new();

    public StepOptions Steps { get; } = new();

    public IdentityOptions Identity { get; } = new();

    private readonly CaptureOptions _captures = new();

    private readonly DiagnosisOptions _diagnosis = DiagnosisOptions.OfCrawls();

    private readonly Option<bool> _warc = new("--warc")
    {
        Description = "Archives what is fetched: WARC files in a WACZ, for web archives.",
    };

    public Option<DispatcherKind> Dispatcher { get; } =
        OptionKinds.Choice(
            "--dispatcher",
            Standard.Dispatcher.Kind,
            "memoryAdaptive: pages wait while memory is short; fixed: they wait only at the hard limit."
        );

    /// <summary>What to crawl.</summary>
    public IReadOnlyList<Option> What => [UrlsFile, Mode, Scope, Include, Exclude, Render, .. Discovery.What];

    /// <summary>Which URLs are the same page.</summary>
    public IReadOnlyList<Option> SameUrls => Discovery.Urls;

    /// <summary>When the crawl ends.</summary>
    public IReadOnlyList<Option> Limits => [Depth, MaxPages, MaxMinutes];

    /// <summary>How sites are treated.</summary>
    public IReadOnlyList<Option> Network => [Concurrency, Delay, IgnoreRobots];

    public IReadOnlyList<Option> Memory => [Dispatcher];

    /// <summary>What is taken from pages.</summary>
    public IReadOnlyList<Option> Content => Extraction.All;

    /// <summary>What is waited for before a page is read.</summary>
    public IReadOnlyList<Option> Waiting => Waits.All;

    /// <summary>What is done in a page before it is read.</summary>
    public IReadOnlyList<Option> InPages => Steps.All;

    /// <summary>As whom and with what pages are visited.</summary>
    public IReadOnlyList<Option> Visitor => Identity.All;

    /// <summary>Which files are made of pages.</summary>
    public IReadOnlyList<Option> Files => [.. _captures.All, _warc];

    /// <summary>What is recorded to tell why pages fail.</summary>
    public IReadOnlyList<Option> Diagnosis => _diagnosis.All;

    /// <summary>All options, without the start pages.</summary>
    public IReadOnlyList<Option> All =>
        [
            .. What,
            .. SameUrls,
            .. Content,
            .. Files,
            .. Diagnosis,
            .. Waiting,
            .. InPages,
            .. Visitor,
            .. Limits,
            .. Network,
            .. Memory,
        ];

    /// <summary>Adds the start pages and the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(Urls);
        foreach (var option in All)
            command.Options.Add(option);
    }

    /// <summary>Reads and validates the request of a command line.</summary>
    /// <exception cref="UsageException">The request is invalid.</exception>
    public async Task<CrawlRequest> ReadAsync(ParseResult parsed)
    {
        var urls = await StartUrls.ReadAsync(parsed, parsed.GetValue(Urls) ?? []);
        if (parsed.GetValue(UrlsFile) is { } file)
            urls.AddRange(await UrlList.ReadAsync(file));
        if (urls.Count == 0)
            throw new UsageException(
                "no URL was given; name at least one, as in: crawl https://example.com/docs/ (crawl --help shows all options)"
            );
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
            Extract = await Extraction.ReadAsync(parsed),
            Page = await ReadPageAsync(parsed),
            Warc = parsed.GetValue(_warc),
            Dispatcher = new DispatcherOptions { Kind = parsed.GetValue(Dispatcher) },
        };
        request = Discovery.Apply(parsed, request);
        return CrawlRequestValidator.Validate(request) is [var fault, ..]
            ? throw new UsageException(fault.Message)
            : request;
    }

    private async Task<PageOptions> ReadPageAsync(ParseResult parsed)
    {
        var page = _diagnosis.AddTo(_captures.AddTo(Waits.Read(parsed), parsed), parsed);
        return Identity.Apply(parsed, await Steps.ApplyAsync(parsed, page));
    }
}
