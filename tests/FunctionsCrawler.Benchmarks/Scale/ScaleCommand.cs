using System.CommandLine;
using System.Text.Json;
using FunctionsCrawler.AzureStorage;
using FunctionsCrawler.Benchmarks.Measuring;
using FunctionsCrawler.Blobs;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Benchmarks.Scale;

/// <summary><c>scale</c>: a whole crawl without fetching: memory, time and storage transactions over its pages.</summary>
internal sealed class ScaleCommand : Command
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Option<int> _pages = OptionKinds.Number("--pages", 10_000, 100, 10_000_000, "Pages of the site.");

    private readonly Option<int> _links = OptionKinds.Number("--links", 40, 1, 5000, "New links per page.");

    private readonly Option<StoreKind> _store = OptionKinds.Choice(
        "--store",
        StoreKind.Files,
        "Where the crawl is stored. unflushed: files that are not flushed to the disk."
    );

    private readonly Option<string?> _output = OptionKinds.Text(
        "--output",
        "DIR",
        "Writes scale.json and scale.svg to this folder."
    );

    public ScaleCommand()
        : base("scale", "Runs a crawl of a synthetic site: everything is real, except that nothing is fetched.")
    {
        foreach (var option in (Option[])[_pages, _links, _store, _output])
            Options.Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var (pages, kind) = (parsed.GetValue(_pages), parsed.GetValue(_store));
        var folder = Directory.CreateTempSubdirectory("scale-").FullName;
        try
        {
            if (kind != StoreKind.Azurite)
                return await RunAsync(
                    parsed,
                    kind == StoreKind.Files ? new FileBlobStore(folder) : new ScratchStore(folder),
                    cancellationToken
                );
            await using var azurite = await LocalAzurite.StartAsync(
                folder,
                AzuritePorts.Free,
                TimeProvider.System,
                cancellationToken
            );
            var options = new AzureStorageOptions { ConnectionString = azurite.ConnectionString };
            return await RunAsync(
                parsed,
                await AzureBlobStore.OpenAsync(options, cancellationToken),
                cancellationToken
            );
        }
        catch (IOException e)
        {
            throw new BenchmarkException($"the crawl of {pages} pages failed: {e.Message}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> RunAsync(ParseResult parsed, IBlobStore store, CancellationToken cancellationToken)
    {
        var request = new CrawlRequest
        {
            Urls = [SyntheticSite.Start],
            Mode = CrawlMode.Recursive,
            MaxPages = 10_000_000,
            MaxDepth = 100,
        };
        var crawl = new SimulatedCrawl(
            store,
            new SyntheticSite(parsed.GetValue(_pages), parsed.GetValue(_links)),
            request
        );
        var waves = new List<WaveCost>();
        Console.WriteLine(WaveTable.Heading);
        await foreach (var wave in crawl.RunAsync(cancellationToken))
        {
            waves.Add(wave);
            Console.WriteLine(WaveTable.Row(wave));
        }
        Console.WriteLine(WaveTable.Total(waves));
        if (parsed.GetValue(_output) is { } output)
        {
            Directory.CreateDirectory(output);
            var kind = OptionText.Format(parsed.GetValue(_store));
            await File.WriteAllTextAsync(
                Path.Combine(output, "scale.json"),
                JsonSerializer.Serialize(new { store = kind, waves }, Indented),
                cancellationToken
            );
            await File.WriteAllTextAsync(
                Path.Combine(output, "scale.svg"),
                ScaleChart.Draw(waves, kind),
                cancellationToken
            );
        }
        return 0;
    }

    private enum StoreKind
    {
        Files,
        Unflushed,
        Azurite,
    }
}
