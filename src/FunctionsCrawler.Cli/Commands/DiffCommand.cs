using System.CommandLine;
using System.Text.Json;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl diff</c>: the pages that differ between two crawls.</summary>
internal sealed class DiffCommand : Command, IHelpTopic
{
    private readonly Argument<string> _earlier = new("earlier")
    {
        Description = "The output folder of the earlier crawl.",
    };

    private readonly Argument<string> _later = new("later") { Description = "The output folder of the later crawl." };

    private readonly Option<bool> _all = new("--all") { Description = "Also lists the pages that have not changed." };

    private readonly Option<bool> _json = new("--json") { Description = "Prints one JSON object per page." };

    public DiffCommand()
        : base("diff", "Lists the pages that were added, changed or removed between two crawls.")
    {
        Arguments.Add(_earlier);
        Arguments.Add(_later);
        Options.Add(_all);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl diff <earlier> <later> [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups => [];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples =>
        [new("crawl diff crawls/monday crawls/tuesday", "What changed in a day: + added, ~ changed, - removed.")];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var earlier = await EarlierFolder.OpenAsync(parsed.GetValue(_earlier)!, cancellationToken);
        var later = await EarlierFolder.OpenAsync(parsed.GetValue(_later)!, cancellationToken);
        var (json, all) = (parsed.GetValue(_json), parsed.GetValue(_all));
        var counts = Enum.GetValues<ChangeKind>().ToDictionary(kind => kind, _ => 0);
        try
        {
            await foreach (var change in CrawlDiff.CompareAsync(earlier, later, cancellationToken))
            {
                counts[change.Change]++;
                if (all || change.Change != ChangeKind.Unchanged)
                    Console.WriteLine(
                        json
                            ? JsonSerializer.Serialize(change, CrawlJson.Default.PageChange)
                            : $"{Sign(change.Change)} {change.Url}"
                    );
            }
        }
        catch (IOException e)
        {
            await ErrorLine.WriteAsync($"the crawls cannot be compared: {e.Message}");
            return ExitCode.Failed;
        }
        if (!json)
            Console.WriteLine(
                $"{counts[ChangeKind.Added]} added, {counts[ChangeKind.Changed]} changed, {counts[ChangeKind.Removed]} removed, {counts[ChangeKind.Unchanged]} unchanged"
            );
        return ExitCode.Done;
    }

    private static char Sign(ChangeKind change) =>
        change switch
        {
            ChangeKind.Added => '+',
            ChangeKind.Changed => '~',
            ChangeKind.Removed => '-',
            _ => '=',
        };
}
