using FunctionsCrawler.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>Observes a crawl from outside, by the files that its worker writes.</summary>
internal sealed class CrawlBlobsWatch(string outputFolder)
{
    private readonly string _root = Path.Combine(outputFolder, "blobs");

    /// <summary>The number of chunks with a result blob.</summary>
    public int Chunks => Waves().Sum(wave => Directory.EnumerateFiles(wave, "0*.ndjson.gz").Count());

    /// <summary>The number of waves whose plan is committed.</summary>
    public int Plans => Waves().Count(IsPlanned);

    /// <summary>Whether a wave is being planned: it has files but no plan.json.</summary>
    public bool IsPlanning => Waves().Any(wave => !IsPlanned(wave));

    /// <summary>Whether a blob is being written, to a temporary file that is not yet renamed.</summary>
    public bool IsWriting =>
        Entries(Path.Combine(_root, "~")).Any(path => path.EndsWith(".tmp", StringComparison.Ordinal));

    /// <summary>
    /// The number of URLs in the chunks that a dead worker was crawling or about to crawl: the first chunk without a result in
    /// each lane.
    /// </summary>
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
