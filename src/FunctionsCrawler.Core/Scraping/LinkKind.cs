using System.Text.Json.Serialization;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Scraping;

/// <summary>What is known about a link before it is fetched. Links of pages have no kind.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<LinkKind>))]
internal enum LinkKind
{
    /// <summary>A sitemap: the pages it lists are crawled.</summary>
    Sitemap,

    /// <summary>A page listed in a sitemap: its own links are not followed.</summary>
    Listed,

    /// <summary>A start page whose site's sitemaps are looked for.</summary>
    Site,

    /// <summary>A sitemap that a site names as its own. It is a start of the crawl, wherever it is.</summary>
    Seed,
}
