using System.CommandLine;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl &lt;url&gt;...</c> and <c>crawl --resume DIR</c>.</summary>
internal sealed class CrawlCommand : RootCommand, IHelpTopic
{
    private readonly CrawlOptions _options = new();

    public CrawlCommand()
        : base("Crawls web sites into Markdown. Every browser it starts is verified to be gone when it ends.")
    {
        _options.AddTo(this);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage =>
        ["crawl <url>... [options]", "crawl --resume DIR [options]", "crawl <command> [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups => _options.Groups;

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples =>
        [
            new(
                "crawl https://example.com/docs/ --scope prefix --depth 2",
                "The pages below /docs/, up to two links away."
            ),
            new("crawl --resume crawls/<id> --max-pages 5000", "Continues a crawl that ended at its page limit."),
        ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes =>
        [
            "Exit codes: 0 every page was stored or skipped; 1 the crawl failed; 2 wrong command line, nothing was done; "
                + "3 at least one page failed; 75 no memory left, run again with --resume; 130 cancelled.",
            "'crawl help <command>' shows the options of a command. All settings: docs/reference.md.",
        ];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var view = new ViewOptions(parsed.GetValue(_options.Json), parsed.GetValue(_options.Quiet));
        if (parsed.GetValue(_options.Resume) is { } folder)
        {
            RefuseOptionsOfNewCrawls(parsed);
            using var resumed = await OutputFolder.OpenAsync(folder);
            _options.Allowance.Proxies.Apply(parsed, resumed);
            _options.Allowance.StorageState.Apply(parsed, resumed);
            await new ResumeLimits(_options.Request, TimeProvider.System).ApplyAsync(parsed, resumed);
            if (_options.Files.All.Any(parsed.IsGiven))
                resumed.Change(_options.Files.Read(parsed, resumed.Files));
            return await new CrawlRun(resumed, view).RunAsync();
        }
        var request = await _options.Request.ReadAsync(parsed);
        IdentityOptions.WithSecrets(request, request.Page);
        if (parsed.GetValue(_options.Out) is { } named && string.IsNullOrWhiteSpace(named))
            throw new UsageException($"--out is '{named}'; it must be the name of a new or an empty folder");
        var settings = _options.Allowance.ReadSettings(parsed);
        StepOptions.RequireAllowed(request.Page, settings.ToOptions());
        if (parsed.GetValue(_options.Since) is { } since)
        {
            var earlier = await EarlierFolder.OpenAsync(since, CancellationToken.None);
            (request.Since, settings.SinceFolder) = (earlier.CrawlId, Path.GetFullPath(since));
        }
        if (request.Render != RenderMode.Never)
            BrowserCheck.Require(settings);
        using var output = await OutputFolder.CreateAsync(
            parsed.GetValue(_options.Out),
            request,
            settings,
            _options.Files.Read(parsed)
        );
        return await new CrawlRun(output, view).RunAsync();
    }

    private void RefuseOptionsOfNewCrawls(ParseResult parsed)
    {
        if (parsed.GetValue(_options.Request.Urls) is [var url, ..])
            throw new UsageException(
                url.StartsWith('-')
                    ? StartUrls.DescribeOption(url, this)
                    : $"--resume takes the start pages from the folder; '{url}' cannot be added"
            );
        if (_options.OfNewCrawls.FirstOrDefault(parsed.IsGiven) is { } option)
            throw new UsageException(
                $"--resume takes the options from the folder; {option.Name} cannot be changed, only --depth, --max-pages and --max-minutes can be raised, and --content, --no-front-matter, --relative-links, --storage-state and --proxy given"
            );
    }
}
