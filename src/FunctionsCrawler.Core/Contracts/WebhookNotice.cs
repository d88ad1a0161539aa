namespace FunctionsCrawler.Contracts;

/// <summary>The payload sent to <see cref="CrawlRequest.CallbackUrl"/> (https://www.standardwebhooks.com).</summary>
/// <param name="Type">The event type: "crawl.ended".</param>
/// <param name="Timestamp">When delivery was first attempted, in UTC.</param>
/// <param name="Data">The summary of the crawl.</param>
internal sealed record WebhookNotice(string Type, DateTimeOffset Timestamp, CrawlSummary Data);
