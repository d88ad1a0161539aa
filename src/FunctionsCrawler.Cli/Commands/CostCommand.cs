using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using FunctionsCrawler.Cli.Cost;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl cost</c>: what a crawl costs on Azure, by a formula and assumptions that are shown.</summary>
internal sealed class CostCommand : Command, IHelpTopic
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Argument<string> _crawl = new("crawl")
    {
        Description = "The output folder of a crawl that has ended, or a summary.json.",
    };

    private readonly Option<int?> _pages = OptionKinds.OptionalNumber(
        "--pages",
        1,
        1_000_000_000,
        "Calculates for a crawl with this many pages of the same kind,"
    );

    private readonly Option<string[]> _assume = OptionKinds.Many(
        "--assume",
        "NAME=N",
        "Replaces a price or another assumption, as vcpu=2; the output lists all of them."
    );

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON." };

    public CostCommand()
        : base("cost", "Calculates what a crawl costs on Azure.")
    {
        Arguments.Add(_crawl);
        foreach (var option in (Option[])[_pages, _assume, _json])
            Options.Add(option);
        SetAction(RunAsync);
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl cost <crawl> [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups => [];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples =>
        [new("crawl cost crawls/monday --pages 1000000", "What a million pages like those of a crawl would cost.")];

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var assumptions = new CostAssumptions();
        foreach (var text in parsed.GetValue(_assume) ?? [])
        {
            if (assumptions.TrySet(text) is { } fault)
                throw new UsageException(fault);
        }
        var figures = await CrawlFigures.ReadAsync(parsed.GetValue(_crawl)!, assumptions, cancellationToken);
        if (parsed.GetValue(_pages) is { } pages)
            figures = figures.For(pages);
        var table = CostTable.Of(figures, assumptions);
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(_json))
            await output.WriteLineAsync(ToJson(figures, table, assumptions));
        else
            Print(output, figures, table, assumptions);
        return ExitCode.Done;
    }

    private static string ToJson(CrawlFigures figures, CostTable table, CostAssumptions assumptions) =>
        JsonSerializer.Serialize(
            new
            {
                crawl = figures,
                rows = table.Rows,
                usd = table.Usd,
                usdPer1000Pages = table.Usd / table.Pages * 1000,
                assumptions = assumptions.Values,
                pricesOf = CostAssumptions.PricesOf,
                pricesFrom = CostAssumptions.Source,
            },
            Json
        );

    private static void Print(TextWriter output, CrawlFigures figures, CostTable table, CostAssumptions assumptions)
    {
        var thousands = table.Pages / 1000;
        Write($"{figures.Id}: {figures.Pages:N0} pages, {figures.Chunks:N0} chunks, {figures.Waves:N0} waves");
        if (!figures.AreCounted)
            Write($"Chunks, waves and stored bytes are estimates; name the output folder to have them counted.");
        Write($"\n{"", -30}{"per 1,000 pages", 16}{"USD", 11}{"total", 18}{"USD", 13}");
        foreach (var row in table.Rows)
            Write(
                $"{row.Name, -30}{row.Quantity / thousands, 16:N3}{row.Usd / thousands, 11:N5}{row.Quantity, 18:N2}{row.Usd, 13:N4}"
            );
        Write($"{"sum", -30}{"", 16}{table.Usd / thousands, 11:N5}{"", 18}{table.Usd, 13:N4}");
        Write($"\nAssumptions; replace them with --assume NAME=N. Prices of {CostAssumptions.PricesOf}:");
        Write($"{CostAssumptions.Source}.");
        foreach (var assumption in CostAssumptions.All)
            Write($"  {assumption.Name, -17}{assumptions[assumption.Name], 10:0.########}  {assumption.Meaning}");

        void Write(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
