using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl scrape</c>: prints one page. Nothing is stored.</summary>
internal sealed class ScrapeCommand : Command, IHelpTopic
{
    private static readonly PageRequest Standard = new();

    private readonly Argument<string> _url = new("url") { Description = "The page to visit." };

    private readonly ExtractionOptions _extraction = new(
        "What is printed; several formats are printed as JSON.",
        "markdown"
    );

    private readonly CaptureFiles _captures = new();

    private readonly Option<bool> _json = new("--json") { Description = "Prints the whole record as JSON." };

    private readonly Option<RenderMode> _render = OptionKinds.Choice(
        "--render",
        RenderMode.Auto,
        "Whether a browser renders the page. auto: if its scripts bring content."
    );

    private readonly Option<ContentKind[]> _types = OptionKinds.Choices(
        "--types",
        Standard.Types,
        "The kinds of content to read."
    );

    private readonly WaitOptions _waits = new();
    private readonly StepOptions _steps = new();

    private readonly IdentityOptions _identity = new();

    private readonly Option<bool> _ignoreRobots = new("--ignore-robots")
    {
        Description = "Visits the page even if robots.txt disallows it. Use it only for your own sites.",
    };

    private readonly AllowanceOptions _allowance = new();

    public ScrapeCommand()
        : base("scrape", "Prints one page as Markdown.")
    {
        Arguments.Add(_url);
        foreach (var option in Groups.SelectMany(g => g.Options))
            Options.Add(option);
        SetAction((parsed, _) => RunAsync(parsed));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl scrape <url> [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups =>
        [
            new("Output", [.. _extraction.All, _types, _json]),
            new("Files of the page", _captures.All),
            new("Why the page fails", _captures.Diagnosis.All),
            new("When to read the page", _waits.All),
            new("What to do in the page", _steps.All),
            new("As whom to visit the page", _identity.All),
            new("Limits", _allowance.Limits),
            new("Network and politeness", [_render, _ignoreRobots, .. _allowance.Network]),
            new("Memory", _allowance.Memory),
        ];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples =>
        [
            new("crawl scrape https://example.com/docs/ --format mainMarkdown", "Prints the main content."),
            new("crawl scrape example.com/paper.pdf --types pdf", "Prints the text of a PDF document."),
            new("crawl scrape example.com --screenshot page.png", "Also takes a screenshot."),
            new("crawl scrape example.com --snapshot page.html", "Also copies the page with its pictures."),
            new("crawl scrape example.com/stock --wait-for \"css:#prices td\"", "Waits for what a script adds."),
            new("crawl scrape example.com --diagnostics --har page.har", "Also tells why a page fails."),
            new("crawl scrape example.com/shop --schema products.json", "Prints structured data as JSON."),
        ];

    private async Task<int> RunAsync(ParseResult parsed)
    {
        var request = await ReadAsync(parsed);
        var settings = _allowance.ReadSettings(parsed);
        StepOptions.RequireAllowed(request.Page, settings.ToOptions());
        if (request.Render != RenderMode.Never)
            BrowserCheck.Require(settings);
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        try
        {
            await StartupSweep.RunAsync(stop.Token);
            await using var crawler = new Crawler(settings.ToOptions());
            return await PrintAsync(parsed, request, await crawler.ScrapeAsync(request.Url, request, stop.Token));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await ErrorLine.WriteAsync("the scrape was cancelled");
            return ExitCode.Cancelled;
        }
    }

    private async Task<int> PrintAsync(ParseResult parsed, PageRequest request, PageRecord page)
    {
        var formats = request.Extract.Formats!;
        var isPrinted = parsed.GetValue(_json) || (formats.Count > 1 && page.Error is null);
        await _captures.WriteAsync(page, parsed, isPrinted);
        if (!isPrinted && page.Diagnostics is { } diagnostics)
        {
            foreach (var line in DiagnosticsText.Of(diagnostics))
                await ErrorLine.WriteAsync(line);
        }
        if (isPrinted)
            Console.WriteLine(JsonSerializer.Serialize(page, CrawlJson.Default.PageRecord));
        else if (page.Error is null)
        {
            var text = formats is [var format] ? Print(page, format) : PrintFound(page);
            Console.Write(Console.IsOutputRedirected ? text : TerminalText.Of(text));
        }
        if (page.Error is not { } error)
            return ExitCode.Done;
        var hint = _allowance.HintFor(error.Code, parsed);
        await ErrorLine.WriteAsync($"{request.Url}: {error.Message.TrimEnd('.')}{hint}");
        return ExitCode.PagesFailed;
    }

    private async Task<PageRequest> ReadAsync(ParseResult parsed)
    {
        var urls = await StartUrls.ReadAsync(parsed, [parsed.GetValue(_url)!]);
        var extract = await _extraction.ReadAsync(parsed);
        extract = extract with { Formats = extract.Formats ?? StandardFormats(extract, parsed.GetValue(_json)) };
        var request = new PageRequest
        {
            Url = urls[0],
            Extract = extract,
            Render = parsed.GetValue(_render),
            Types = parsed.GetValue(_types)!,
            RespectRobots = !parsed.GetValue(_ignoreRobots),
            Page = _identity.Apply(
                parsed,
                await _steps.ApplyAsync(parsed, _captures.AddTo(_waits.Read(parsed), parsed))
            ),
        };
        return CrawlRequestValidator.Validate(request) is [var fault, ..]
            ? throw new UsageException(fault.Message)
            : IdentityOptions.WithSecrets(request, request.Page);
    }

    // What was searched for is printed instead of the page.
    private static IReadOnlyList<PageFormat> StandardFormats(ExtractOptions extract, bool json) =>
        json ? [.. PageFormats.Standard.All]
        : extract.Schema is null && extract.Query is null ? [PageFormat.Markdown]
        : [];

    internal static string Print(PageRecord page, PageFormat format) =>
        format switch
        {
            PageFormat.MainMarkdown => page.MainMarkdown!,
            PageFormat.Html => page.Html! + "\n",
            PageFormat.CleanedHtml => page.CleanedHtml! + "\n",
            PageFormat.MainHtml => page.MainHtml! + "\n",
            PageFormat.Text => page.Text!,
            PageFormat.Links => string.Concat(page.Links.Select(link => link.Url + "\n")),
            PageFormat.Images => JsonSerializer.Serialize(page.Images!, CrawlJson.Default.IReadOnlyListPageImage)
                + "\n",
            PageFormat.Tables => JsonSerializer.Serialize(page.Tables!, CrawlJson.Default.IReadOnlyListPageTable)
                + "\n",
            PageFormat.Metadata => JsonSerializer.Serialize(page.Metadata!, CrawlJson.Default.PageMetadata) + "\n",
            PageFormat.Markdown => page.Markdown!,
            _ => throw new UnreachableException($"no output for {format}"),
        };

    private static string PrintFound(PageRecord page) =>
        page.Data is { } data ? data.GetRawText() + "\n" : page.RelevantMarkdown ?? "";
}
