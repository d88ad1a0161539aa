namespace FunctionsCrawler.Orchestration;

/// <summary>The activities of a crawl. Each commits its result once; when called again, it returns the committed result.</summary>
internal static class CrawlActivities
{
    /// <summary>Plans a wave: distributes the next URLs over chunks. Needs no browser.</summary>
    public static ActivityDefinition<PlanWaveInput, PlanWaveOutput> PlanWave { get; } = new("PlanWave");

    /// <summary>Crawls a chunk with a browser of its own.</summary>
    public static ActivityDefinition<CrawlChunkInput, CrawlChunkOutput> CrawlChunk { get; } = new("CrawlChunk");

    /// <summary>Commits error records for a chunk whose retries are used up.</summary>
    public static ActivityDefinition<FailChunkInput, CrawlChunkOutput> FailChunk { get; } = new("FailChunk");

    /// <summary>Commits the summary of a crawl.</summary>
    public static ActivityDefinition<FinishCrawlInput, FinishCrawlOutput> FinishCrawl { get; } = new("FinishCrawl");

    /// <summary>Notifies the crawl's callback URL that the crawl has ended.</summary>
    public static ActivityDefinition<NotifyWebhookInput, NotifyWebhookOutput> NotifyWebhook { get; } =
        new("NotifyWebhook");
}
