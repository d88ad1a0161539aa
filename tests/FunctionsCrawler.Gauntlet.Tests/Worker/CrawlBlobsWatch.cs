using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>A crawl seen from outside, by the files that its worker writes.</summary>
internal sealed class CrawlBlobsWatch(string outputFolder)
{
    private readonly string _root = Path.Combine(outputFolder, "blobs");

    /// <summary>How many chunks have their result blob.</summary>
    public int Chunks => Waves().Sum(wave => Directory.EnumerateFiles(wave, "0*.ndjson.gz").Count());

    /// <summary>How many waves are planned.</summary>
    public int Plans => Waves().Count(IsPlanned);

    /// <summary>Whether a wave has something of its plan, but not the plan.</summary>
    public bool IsPlanning => Waves().Any(wave => !IsPlanned(wave));

    /// <summary>Whether some blob is written that does not have its name yet.</summary>
    public bool IsWriting =>
        Entries(Path.Combine(_root, "~")).Any(path => path.EndsWith(".tmp", StringComparison.Ordinal));

    /// <summary>The URLs of the chunks that a worker which is dead now was at, or was about to be: in each lane the first without a result.</summary>
    public async Task<int> UrlsInFlightAsync(CancellationToken cancellationToken)
    {
        var id = Path.GetFileName(Assert.Single(Directory.GetDirectories(Path.Combine(_root, "crawls"))));
        var crawl = new CrawlBlobs(new FileBlobStore(_root), id);
        var wave = await crawl.FindOpenWaveAsync(cancellationToken);
        if (await crawl.GetPlanAsync(wave, cancellationToken) is not { } plan)
            return 0;
        var urls = 0;
        for (var lane = 0; lane < plan.LaneChunks.Count; lane++)
        {
            for (var round = 0; round < plan.LaneChunks[lane]; round++)
            {
                var chunk = LaneNumbering.Chunk(plan.LaneChunks, lane, round);
                if (await crawl.FindHeaderAsync(wave, chunk, cancellationToken) is not null)
                    continue;
                urls += (await crawl.GetInputAsync(plan, chunk, cancellationToken)).Urls.Count;
                break;
            }
        }
        return urls;
    }

    private IEnumerable<string> Waves() =>
        Entries(Path.Combine(_root, "crawls")).SelectMany(crawl => Entries(Path.Combine(crawl, "waves")));

    private static bool IsPlanned(string wave) => File.Exists(Path.Combine(wave, "plan.json"));

    private static IEnumerable<string> Entries(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder) : [];
}
