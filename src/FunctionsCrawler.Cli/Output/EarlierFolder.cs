using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Output;

/// <summary>Opens the output folders of crawls that have ended, for comparison. Nothing is locked or changed.</summary>
internal static class EarlierFolder
{
    /// <summary>Returns the crawl of a folder. It must have ended.</summary>
    /// <exception cref="UsageException">There is no crawl in the folder, it has not ended, or it is damaged.</exception>
    public static async Task<CrawlBlobs> OpenAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(path, OutputFolder.ManifestName)))
            throw new UsageException($"there is no crawl in '{path}': it has no {OutputFolder.ManifestName}");
        var crawl = await OutputFolder.ReadAsync(path);
        return await new EarlierCrawls(crawl.Store).FindFaultAsync(crawl.CrawlId, cancellationToken) is { } fault
            ? throw new UsageException($"the folder '{path}' cannot be compared with: {fault}")
            : crawl;
    }
}
