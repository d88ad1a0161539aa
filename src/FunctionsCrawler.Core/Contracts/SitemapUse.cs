using System.Text.Json.Serialization;

namespace FunctionsCrawler.Contracts;

/// <summary>Whether the sitemaps of a site are read to find its pages.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<SitemapUse>))]
public enum SitemapUse
{
    /// <summary>Sitemaps are not looked for.</summary>
    Skip,

    /// <summary>Pages in sitemaps are crawled like links of the start page.</summary>
    Include,

    /// <summary>Only the start pages and pages in sitemaps are crawled; links of pages are not followed.</summary>
    Only,
}
