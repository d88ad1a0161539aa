using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>What a crawl is doing.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<CrawlPhase>))]
internal enum CrawlPhase
{
    /// <summary>It waits to start.</summary>
    Accepted,

    /// <summary>Its first pages are being planned.</summary>
    Discovering,

    /// <summary>Pages are being visited.</summary>
    Crawling,

    /// <summary>All pages have a record; the summary is being computed.</summary>
    Finishing,

    /// <summary>The callback URL is being notified.</summary>
    Notifying,

    /// <summary>It has ended.</summary>
    Done,
}
