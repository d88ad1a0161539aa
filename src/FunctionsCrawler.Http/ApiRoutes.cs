namespace FunctionsCrawler.Http;

/// <summary>The routes of the contract, as both hosts map them. They spell out "api/": host.json has no prefix.</summary>
public static class ApiRoutes
{
    /// <summary>POST accepts a crawl, GET lists crawls.</summary>
    public const string Crawls = "api/crawls";

    /// <summary>GET shows a crawl, DELETE deletes it.</summary>
    public const string Crawl = "api/crawls/{id}";

    /// <summary>GET reads records.</summary>
    public const string Pages = "api/crawls/{id}/pages";

    /// <summary>GET reads the summary of a crawl that has ended.</summary>
    public const string Summary = "api/crawls/{id}/summary";

    /// <summary>POST cancels a crawl.</summary>
    public const string Cancel = "api/crawls/{id}/cancel";

    /// <summary>GET tells that the host lives, and what it uses.</summary>
    public const string Health = "api/health";

    /// <summary>GET describes all of this (OpenAPI 3.1).</summary>
    public const string OpenApi = "api/openapi.json";

    /// <summary>GET reads metrics (Prometheus text format).</summary>
    public const string Metrics = "metrics";
}
