using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Memory;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>POST /map: the URLs of a site.</summary>
internal sealed class MapRoutes(MapService maps)
{
    private const int MaxTimeoutMs = 300_000;

    /// <summary>Handles a request.</summary>
    public async Task<IResult> MapAsync(HttpContext context, bool isV1)
    {
        ArgumentNullException.ThrowIfNull(context);
        var body = await FirecrawlBody.ReadAsync(
            context,
            (fields, findings) => new MapTranslation(fields, findings, isV1),
            translation => DiscoveryValidator.Validate(translation.Request)
        );
        if (!body.IsValid)
            return body.Refusal;
        var (translation, warning) = body.Request;
        try
        {
            return await maps.TryMapAsync(translation.Request, context.RequestAborted) is { } map
                ? ToResult(map, translation, warning, isV1)
                : Problem.Busy(context, 429, $"{maps.Waiting} requests are already waiting.");
        }
        catch (WorkerExhaustedException)
        {
            return Problem.Exhausted(context);
        }
    }

    private static IResult ToResult(SiteMap map, MapTranslation translation, string? warning, bool isV1)
    {
        if (map.Links.Count == 0 && map.Error is { Code: not (ErrorCode.Http4xx or ErrorCode.Http5xx) } error)
            return error.Code == ErrorCode.Timeout
                ? FirecrawlError.Result(408, error.Message, "MAP_TIMEOUT")
                : FirecrawlError.OfPage(error)!;
        var links = Distinct(map.Links, translation.DropsQueries).ToList();
        var body = new JsonObject
        {
            ["success"] = true,
            ["id"] = Guid.CreateVersion7().ToString(),
            ["links"] = new JsonArray([.. links.Select(link => isV1 ? (JsonNode)link.Url : Described(link))]),
        };
        string[] warnings =
        [
            .. warning is null ? (string[])[] : [warning],
            .. map.IsPartial ? ["There may be more URLs: a limit was reached, or time ran out."] : (string[])[],
        ];
        if (warnings is not [])
            body["warning"] = string.Join(' ', warnings);
        return new JsonAnswer(body);
    }

    private static IEnumerable<MappedUrl> Distinct(IEnumerable<MappedUrl> links, bool dropsQueries) =>
        dropsQueries
            ? links
                .Select(link => link with { Url = new Uri(link.Url).GetLeftPart(UriPartial.Path) })
                .DistinctBy(link => link.Url, StringComparer.Ordinal)
            : links;

    private static JsonObject Described(MappedUrl link)
    {
        var json = new JsonObject { ["url"] = link.Url };
        if (link.Text is not null)
            json["title"] = link.Text;
        return json;
    }

    /// <summary>The body in our terms.</summary>
    private sealed class MapTranslation
    {
        public MapTranslation(FieldReader fields, RequestFindings findings, bool isV1)
        {
            fields.Skip("origin", "integration", "location", "ignoreCache", "useIndex", "useMock", "headers");
            DropsQueries = fields.Flag("ignoreQueryParameters", true);
            if (fields.Value("webhook") is not null)
                findings.Refuse("webhook", "Webhooks are not offered for maps.");
            var url = FirecrawlUrl.WithScheme(fields.Text("url") ?? "");
            var timeout = fields.Integer("timeout", 1, int.MaxValue);
            Request = new MapRequest
            {
                Url = url,
                Search = fields.Text("search"),
                Limit = fields.Integer("limit", 1, isV1 ? 30_000 : 100_000) ?? 5000,
                Sitemap = ReadSitemap(fields, isV1),
                Scope = ReadScope(fields, url),
                Include = CrawlTranslator.Patterns(fields, "includePaths"),
                Exclude = CrawlTranslator.Patterns(fields, "excludePaths"),
                TimeoutSeconds = timeout is { } limit ? (Math.Min(limit, MaxTimeoutMs) + 999) / 1000 : 60,
            };
        }

        public MapRequest Request { get; }

        /// <summary>Whether URLs that differ only in their query are listed once.</summary>
        public bool DropsQueries { get; }

        private static SitemapUse ReadSitemap(FieldReader fields, bool isV1)
        {
            if (isV1)
                return fields.Flag("sitemapOnly", false) ? SitemapUse.Only
                    : fields.Flag("ignoreSitemap", false) ? SitemapUse.Skip
                    : SitemapUse.Include;
            return fields.Choice("sitemap", "include", "skip", "only") switch
            {
                "skip" => SitemapUse.Skip,
                "only" => SitemapUse.Only,
                _ => SitemapUse.Include,
            };
        }

        // For a page below the root, only what is below its path, unless the whole site is asked for.
        private static ScopeKind ReadScope(FieldReader fields, string url)
        {
            var (byPath, entire, subdomains) = (
                fields.Flag("filterByPath", true),
                fields.Flag("crawlEntireDomain", false),
                fields.Flag("includeSubdomains", true)
            );
            var isRoot = Uri.TryCreate(url, UriKind.Absolute, out var page) && page.AbsolutePath.Length <= 1;
            return byPath && !entire && !isRoot ? ScopeKind.Path
                : subdomains ? ScopeKind.Domain
                : ScopeKind.Host;
        }
    }
}
