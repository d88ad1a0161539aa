namespace FunctionsCrawler.Http;

/// <summary>The routes of the HTTP API, for all hosts. They include "api/", so host.json sets an empty route prefix.</summary>
internal static class ApiRoutes
{
    /// <summary>POST accepts a crawl, GET lists crawls.</summary>
    public const string Crawls = "api/crawls";

    /// <summary>GET returns the status of a crawl, DELETE deletes the crawl.</summary>
    public const string Crawl = "api/crawls/{id}";

    /// <summary>GET returns the records of a crawl.</summary>
    public const string Pages = "api/crawls/{id}/pages";

    /// <summary>GET returns the summary of an ended crawl.</summary>
    public const string Summary = "api/crawls/{id}/summary";

    /// <summary>GET compares the pages of a crawl with those of an earlier one.</summary>
    public const string Changes = "api/crawls/{id}/changes";

    /// <summary>GET returns a file that was made of a page.</summary>
    public const string Artifact = "api/crawls/{id}/artifacts/{name}";

    /// <summary>GET returns the archive of what a crawl fetched.</summary>
    public const string Archive = "api/crawls/{id}/archive";

    /// <summary>POST cancels a crawl.</summary>
    public const string Cancel = "api/crawls/{id}/cancel";

    /// <summary>POST visits one page and returns its record.</summary>
    public const string Scrape = "api/scrape";

    /// <summary>POST returns the URLs of a site.</summary>
    public const string Map = "api/map";

    /// <summary>GET returns the health and the resource usage of the host.</summary>
    public const string Health = "api/health";

    /// <summary>GET returns the OpenAPI 3.1 document of the API.</summary>
    public const string OpenApi = "api/openapi.json";

    /// <summary>GET returns metrics in Prometheus text format.</summary>
    public const string Metrics = "metrics";
}
