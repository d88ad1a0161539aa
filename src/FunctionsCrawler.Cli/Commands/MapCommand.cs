using System.CommandLine;
using System.Text.Json;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl map</c>: prints the URLs of a site. Fetches its sitemaps and one page; nothing is stored.</summary>
internal sealed class MapCommand : Command, IHelpTopic
{
    private static readonly MapRequest Standard = new();

    private readonly Argument<string> _url = new("url") { Description = "A page of the site, or a sitemap." };

    private readonly Option<string?> _search = OptionKinds.Text(
        "--search",
        "WORDS",
        "Prints only URLs that contain all these words, in themselves or in the text of the link."
    );

    private readonly Option<int> _most = OptionKinds.Number("--most", Standard.Limit, 1, 100_000, "The most URLs.");

    private readonly Option<SitemapUse> _sitemap = OptionKinds.Choice(
        "--sitemap",
        Standard.Sitemap,
        "include: URLs of sitemaps and links of the page; only: of sitemaps; skip: of the page."
    );

    private readonly Option<ScopeKind> _scope = OptionKinds.Choice(
        "--scope",
        Standard.Scope,
        "Which URLs belong to the site, relative to the page."
    );

    private readonly Option<string[]> _include = OptionKinds.Many(
        "--include",
        "PATTERN",
        "Prints only URLs that match a glob, or a regular expression after re: or, for paths, path:."
    );

    private readonly Option<string[]> _exclude = OptionKinds.Many(
        "--exclude",
        "PATTERN",
        "Leaves out URLs that match."
    );

    private readonly Option<bool> _json = new("--json")
    {
        Description = "Prints the URLs with texts, dates and the sitemaps that were read, as JSON.",
    };

    private readonly Option<int> _timeout = OptionKinds.Number(
        "--timeout",
        Standard.TimeoutSeconds,
        1,
        300,
        "Seconds after which the URLs found so far are printed."
    );

    private readonly Option<bool> _ignoreRobots = new("--ignore-robots")
    {
        Description = "Ignores robots.txt except for its sitemaps. Use it only for your own sites.",
    };

    private readonly AllowanceOptions _allowance = new();

    public MapCommand()
        : base("map", "Prints the URLs of a site, without fetching its pages.")
    {
        Arguments.Add(_url);
        foreach (var option in Groups.SelectMany(g => g.Options))
            Options.Add(option);
        SetAction((parsed, _) => RunAsync(parsed));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl map <url> [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups =>
        [
            new("Which URLs", _search, _sitemap, _scope, _include, _exclude),
            new("Output", _json),
            new("Limits", [_most, _timeout, .. _allowance.Limits]),
            new("Network and politeness", [_ignoreRobots, .. _allowance.Network.Except([_allowance.AllowScripts])]),
            new("Memory", _allowance.Memory),
        ];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples =>
        [
            new("crawl map https://example.com/ --search install", "Prints the URLs about installing."),
            new("crawl map example.com --include 're:^/docs/v[0-9]+/'", "Prints the versioned documentation."),
        ];

    private async Task<int> RunAsync(ParseResult parsed)
    {
        var urls = await StartUrls.ReadAsync(parsed, [parsed.GetValue(_url)!]);
        var request = new MapRequest
        {
            Url = urls[0],
            Search = parsed.GetValue(_search),
            Limit = parsed.GetValue(_most),
            Sitemap = parsed.GetValue(_sitemap),
            Scope = parsed.GetValue(_scope),
            Include = parsed.GetValue(_include) ?? [],
            Exclude = parsed.GetValue(_exclude) ?? [],
            RespectRobots = !parsed.GetValue(_ignoreRobots),
            TimeoutSeconds = parsed.GetValue(_timeout),
        };
        if (DiscoveryValidator.Validate(request) is [var fault, ..])
            throw new UsageException(fault.Message);
        var settings = _allowance.ReadSettings(parsed);
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        try
        {
            await using var crawler = new Crawler(settings.ToOptions());
            return await PrintAsync(parsed, await crawler.MapAsync(request.Url, request, stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await ErrorLine.WriteAsync("the search was cancelled");
            return ExitCode.Cancelled;
        }
    }

    private async Task<int> PrintAsync(ParseResult parsed, SiteMap map)
    {
        if (parsed.GetValue(_json))
            Console.WriteLine(JsonSerializer.Serialize(map, CrawlJson.Default.SiteMap));
        else
            foreach (var link in map.Links)
                Console.WriteLine(link.Url);
        foreach (var sitemap in map.Sitemaps.Where(s => s.Error is not null))
            await ErrorLine.WriteAsync($"{sitemap.Url}: {sitemap.Error!.Message.TrimEnd('.')}");
        if (map.IsPartial)
            await ErrorLine.WriteAsync("there may be more URLs: a limit was reached; see --most and --timeout");
        if (map.Error is not { } error)
            return map.Sitemaps.Any(s => s.Error is not null) ? ExitCode.PagesFailed : ExitCode.Done;
        var hint = _allowance.HintFor(error.Code, parsed);
        await ErrorLine.WriteAsync($"{map.Url}: {error.Message.TrimEnd('.')}{hint}");
        return ExitCode.PagesFailed;
    }
}
