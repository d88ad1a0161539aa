namespace FunctionsCrawler.Crawls;

/// <summary>
/// Names the blobs of one planning attempt. Two attempts never write the same blob, and only the plan that is committed refers
/// to what its attempt wrote.
/// </summary>
/// <param name="layout">The layout of the crawl.</param>
/// <param name="wave">The wave that is planned.</param>
/// <param name="attempt">The id of the attempt.</param>
internal sealed class AttemptBlobs(CrawlLayout layout, int wave, string attempt)
{
    private int _count;

    /// <summary>Returns the prefix of the next segment of the visited set.</summary>
    public string NextVisited() => layout.Segment(wave, attempt, _count++);

    /// <summary>Returns the prefix of the next segment of the URLs left out.</summary>
    public string NextLeftOut() => layout.LeftOut(wave, attempt, _count++);

    /// <summary>Returns the prefix of the next segment of the waiting URLs.</summary>
    public string NextBacklog() => layout.Backlog(wave, attempt, _count++);
}
