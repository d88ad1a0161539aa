using FunctionsCrawler.Blobs;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Serve;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl doctor --storage</c>: reads all blobs of a storage, and names those that are damaged or missing.</summary>
internal static class StorageDoctor
{
    /// <summary>Checks a storage and prints one line per damaged blob.</summary>
    /// <param name="named">A storage of <c>crawl serve</c>, or the output folder of a crawl.</param>
    /// <param name="repair">Whether to move damaged blobs aside, so that what is missing is made again.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="UsageException">The storage cannot be used, for example because a server is using it.</exception>
    public static async Task<int> RunAsync(string named, bool repair, CancellationToken cancellationToken)
    {
        if (File.Exists(Path.Combine(named, OutputFolder.ManifestName)))
        {
            using var folder = await OutputFolder.OpenAsync(named);
            return await CheckAsync(folder.Crawl.Store, repair, $"crawl --resume '{named}'", cancellationToken);
        }
        if (!ServerStorage.IsConnectionString(named) && !Directory.Exists(named))
            throw new UsageException(
                $"there is no folder '{named}'; name the storage of crawl serve or an output folder"
            );
        await using var storage = await ServerStorage.OpenAsync(named, azurite: false, cancellationToken);
        return await CheckAsync(storage.Store, repair, "the next crawl serve", cancellationToken);
    }

    private static async Task<int> CheckAsync(
        IBlobStore store,
        bool repair,
        string next,
        CancellationToken cancellationToken
    )
    {
        var check = new StorageCheck(store);
        var ids = await check.FindCrawlsAsync(cancellationToken);
        var (damaged, lost) = (0, 0);
        foreach (var id in ids)
        {
            var found = new List<BlobDamage>();
            try
            {
                await foreach (var damage in check.CheckAsync(id, cancellationToken))
                {
                    found.Add(damage);
                    Console.WriteLine($"{id}: {damage.Problem}; {Describe(damage.Remedy)}");
                }
            }
            catch (InvalidDataException e)
            {
                Console.WriteLine($"{id}: {e.Message}");
                continue;
            }
            damaged += found.Count;
            lost += found.Count(d => d.Remedy == Remedy.None);
            if (repair && found.Count > 0)
                await check.RepairAsync(found, cancellationToken);
        }
        Console.WriteLine($"{Plural.Of(ids.Count, "crawl")} checked, {Plural.Of(damaged, "damaged or missing blob")}");
        if (damaged > lost)
            Console.WriteLine(
                repair
                    ? $"moved aside; {next} makes them again"
                    : "--repair moves them aside, so that they are made again"
            );
        return damaged == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Describe(Remedy remedy) =>
        remedy switch
        {
            Remedy.ComputeAgain => "it can be computed again",
            Remedy.CrawlAgain => "its pages can be crawled again",
            _ => "it cannot be made again",
        };
}
