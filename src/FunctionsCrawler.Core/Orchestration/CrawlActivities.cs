namespace FunctionsCrawler.Orchestration;

/// <summary>The activities of a crawl. Each commits its result once and, called again, answers from what was committed.</summary>
public static class CrawlActivities
{
    /// <summary>Plans a wave: which URLs, in which chunks. Knows no browser.</summary>
    public static ActivityDefinition<PlanWaveInput, PlanWaveOutput> PlanWave { get; } = new("PlanWave");

    /// <summary>Crawls a chunk with a browser of its own.</summary>
    public static ActivityDefinition<CrawlChunkInput, CrawlChunkOutput> CrawlChunk { get; } = new("CrawlChunk");

    /// <summary>Commits error records for a chunk that failed at each retry.</summary>
    public static ActivityDefinition<FailChunkInput, CrawlChunkOutput> FailChunk { get; } = new("FailChunk");

    /// <summary>Commits the summary.</summary>
    public static ActivityDefinition<FinishCrawlInput, FinishCrawlOutput> FinishCrawl { get; } = new("FinishCrawl");

    /// <summary>Tells the crawl's callback URL that it has ended.</summary>
    public static ActivityDefinition<NotifyWebhookInput, NotifyWebhookOutput> NotifyWebhook { get; } =
        new("NotifyWebhook");
}
