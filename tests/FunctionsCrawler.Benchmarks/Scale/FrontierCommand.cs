using System.CommandLine;
using System.Text.Json;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;

namespace FunctionsCrawler.Benchmarks.Scale;

/// <summary><c>frontier</c>: the memory and speed of planning, for a number of discovered URLs.</summary>
internal sealed class FrontierCommand : Command
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Option<int> _urls = OptionKinds.Number(
        "--urls",
        1_000_000,
        100,
        10_000_000,
        "URLs that the crawl discovers."
    );

    private readonly Option<int> _links = OptionKinds.Number("--links", 40, 1, 5000, "New links per page.");

    private readonly Option<CrawlOrder> _order = OptionKinds.Choice(
        "--order",
        CrawlOrder.BreadthFirst,
        "The order of the crawl."
    );

    private readonly Option<int> _waves = OptionKinds.Number(
        "--waves",
        100_000,
        1,
        100_000,
        "Stops after this many waves."
    );

    private readonly Option<bool> _memory = new("--in-memory")
    {
        Description = "Keeps the blobs in memory, to measure the time without files. The heap then includes them.",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Prints JSON instead of a table." };

    public FrontierCommand()
        : base("frontier", "Measures memory and speed of planning on blobs that are not flushed to the disk.")
    {
        foreach (var option in (Option[])[_urls, _links, _order, _waves, _memory, _json])
            Options.Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("frontier-").FullName;
        try
        {
            var urls = parsed.GetValue(_urls);
            var request = new CrawlRequest
            {
                Urls = [SyntheticSite.Start],
                Mode = CrawlMode.Recursive,
                MaxPages = 10_000_000,
                MaxDepth = 100,
                Order = parsed.GetValue(_order),
            };
            var site = new SyntheticSite(urls, parsed.GetValue(_links));
            var waves = new List<WaveCost>();
            var table = !parsed.GetValue(_json);
            if (table)
                Console.WriteLine(WaveTable.Heading);
            var crawl = new SimulatedCrawl(
                parsed.GetValue(_memory) ? new MemoryBlobStore() : new ScratchStore(folder),
                site,
                request
            );
            await foreach (var wave in crawl.RunAsync(cancellationToken))
            {
                waves.Add(wave);
                if (table)
                    Console.WriteLine(WaveTable.Row(wave));
                if (waves.Count == parsed.GetValue(_waves))
                    break;
            }
            Console.WriteLine(table ? WaveTable.Total(waves) : JsonSerializer.Serialize(waves, Indented));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
