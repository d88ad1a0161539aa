using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>Which of the waiting pages of a crawl are visited next. Start pages are visited first in any order.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<CrawlOrder>))]
public enum CrawlOrder
{
    /// <summary>Pages with the fewest links between them and a start page.</summary>
    BreadthFirst,

    /// <summary>Pages with the most links between them and a start page.</summary>
    DepthFirst,

    /// <summary>Pages that rank highest by <see cref="CrawlRequest.RankBy"/>.</summary>
    BestFirst,
}

/// <summary>What makes one page better than another.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RankCriterion>))]
public enum RankCriterion
{
    /// <summary>More of <see cref="CrawlRequest.Keywords"/> in the URL.</summary>
    Keywords,

    /// <summary>Fewer segments in the path.</summary>
    PathDepth,

    /// <summary>A later date of change in the sitemap or feed. Pages without one come last.</summary>
    Freshness,
}
