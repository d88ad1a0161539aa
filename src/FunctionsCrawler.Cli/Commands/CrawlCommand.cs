using System.CommandLine;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Dispatch;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Safety;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl &lt;url&gt;...</c> and <c>crawl --resume DIR</c>.</summary>
internal sealed class CrawlCommand : RootCommand
{
    private readonly CrawlOptions _options = new();

    public CrawlCommand()
        : base("Crawls web sites into Markdown. Every browser it starts is proven gone when it ends.")
    {
        _options.AddTo(this);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var view = new ViewOptions(parsed.GetValue(_options.Json), parsed.GetValue(_options.Quiet));
        if (parsed.GetValue(_options.Resume) is { } folder)
        {
            RefuseOptionsOfNewCrawls(parsed);
            using var resumed = await OutputFolder.OpenAsync(folder);
            return await new CrawlRun(resumed, view).RunAsync();
        }
        if (parsed.GetValue(_options.Out) is { } named && string.IsNullOrWhiteSpace(named))
            throw new UsageException($"--out is '{named}'; it takes the name of a folder, new or empty");
        var request = await _options.Request.ReadAsync(parsed);
        var settings = _options.Allowance.ReadSettings(parsed);
        if (request.Render != RenderMode.Never)
            RequireBrowser(settings);
        using var output = await OutputFolder.CreateAsync(parsed.GetValue(_options.Out), request, settings);
        return await new CrawlRun(output, view).RunAsync();
    }

    /// <summary>Refuses what would fail every page, before anything is written.</summary>
    internal static void RequireBrowser(CrawlSettings settings)
    {
        if (ChromiumLocator.Find(out var fault) is null)
            throw new UsageException(fault!);
        const long megabyte = 1024 * 1024;
        var budget = MemoryBudget.Resolve(settings.MemoryMb * megabyte);
        if (budget < MemoryBudget.Minimum)
            throw new UsageException(
                $"the memory limit of this container leaves {budget / megabyte} MB, 80 % of it; to render pages at least "
                    + $"{MemoryBudget.Minimum / megabyte} MB are needed, or --render never"
            );
    }

    private void RefuseOptionsOfNewCrawls(ParseResult parsed)
    {
        if (parsed.GetValue(_options.Request.Urls) is [var url, ..])
            throw new UsageException($"--resume takes its start pages from the folder; '{url}' cannot be added");
        if (_options.OfNewCrawls.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } option)
            throw new UsageException($"--resume takes its options from the folder; {option.Name} cannot be changed");
    }
}

/// <summary>How a run is shown.</summary>
/// <param name="Json">The summary as JSON, nothing else on standard output.</param>
/// <param name="Quiet">No progress.</param>
internal sealed record ViewOptions(bool Json, bool Quiet);
