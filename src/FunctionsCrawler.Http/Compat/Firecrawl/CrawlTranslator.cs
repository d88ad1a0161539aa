using System.Globalization;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>Translates the body of POST /crawl.</summary>
internal sealed class CrawlTranslator(RequestFindings findings, bool isV1)
{
    private const int StandardLimit = 10_000;
    private const int MaxDelaySeconds = 60;

    // The longest distance that a crawl of ours follows links over.
    private const int AnyDepth = 1000;

    /// <summary>Reads the fields.</summary>
    public CrawlRequest Translate(FieldReader fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var url = FirecrawlUrl.WithScheme(fields.Text("url") ?? "");
        var settings = ReadSettings(fields);
        var sitemap = ReadSitemap(fields);
        var depth = fields.Integer("maxDiscoveryDepth", 0, AnyDepth);
        Refuse(fields);
        var delay = fields.Number("delay", 0, MaxDelaySeconds) ?? 0;
        var dropsVariants = fields.Flag("deduplicateSimilarURLs", true);
        return new CrawlRequest
        {
            Urls = [url],
            MaxPages = fields.Integer("limit", 1, 10_000_000) ?? StandardLimit,
            // With depth 0, pages of sitemaps are still visited, which are a link away from the start page here.
            MaxDepth = depth == 0 && sitemap != SitemapUse.Skip ? 1 : depth ?? AnyDepth,
            Sitemap = depth == 0 && sitemap == SitemapUse.Include ? SitemapUse.Only : sitemap,
            Scope = ReadScope(fields),
            Include = Patterns(fields, "includePaths"),
            Exclude = [.. Patterns(fields, "excludePaths"), .. ReadMaxDepth(fields, url)],
            RespectRobots = !fields.Flag("ignoreRobotsTxt", false),
            DelayMs = (int)(delay * 1000),
            Concurrency = fields.Integer("maxConcurrency", 1, int.MaxValue) is { } most ? Math.Min(most, 500) : 5,
            UrlPolicy = new UrlPolicy
            {
                DropIndexFiles = dropsVariants,
                DropSessionIds = dropsVariants,
                DropQuery = fields.Flag("ignoreQueryParameters", false),
            },
            Types = settings.Types,
            Page = settings.Page,
            Extract = settings.Extract,
        };
    }

    private PageSettings ReadSettings(FieldReader fields)
    {
        fields.Skip("origin", "integration", "zeroDataRetention", "robotsUserAgent");
        if (fields.Object("scrapeOptions") is not { } options)
            return PageSettingsReader.Standard(isV1);
        var settings = new PageSettingsReader(findings, isV1).Read(options);
        options.ReportUnknown();
        return settings;
    }

    private void Refuse(FieldReader fields)
    {
        if (fields.Value("prompt") is not null)
            findings.Refuse("prompt", "A prompt needs a model and is not offered; give includePaths and excludePaths.");
        RefuseWebhook(fields, findings);
    }

    /// <summary>Refuses a webhook, of a crawl or of a batch.</summary>
    public static void RefuseWebhook(FieldReader fields, RequestFindings findings)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(findings);
        if (fields.Value("webhook") is not null)
            findings.Refuse(
                "webhook",
                "Webhooks in Firecrawl's form are not offered; POST /api/crawls takes a callbackUrl, or poll the status."
            );
    }

    private SitemapUse ReadSitemap(FieldReader fields) =>
        isV1
            ? (fields.Flag("ignoreSitemap", false) ? SitemapUse.Skip : SitemapUse.Include)
            : fields.Choice("sitemap", "include", "skip", "only") switch
            {
                "skip" => SitemapUse.Skip,
                "only" => SitemapUse.Only,
                _ => SitemapUse.Include,
            };

    private static ScopeKind ReadScope(FieldReader fields)
    {
        // Read all of them, so that none counts as unknown.
        var (entire, subdomains, external) = (
            fields.Flag("crawlEntireDomain", fields.Flag("allowBackwardLinks", false)),
            fields.Flag("allowSubdomains", false),
            fields.Flag("allowExternalLinks", false)
        );
        return external ? ScopeKind.Any
            : subdomains ? ScopeKind.Domain
            : entire ? ScopeKind.Host
            : ScopeKind.Path;
    }

    /// <summary>Reads a list of regular expressions that are searched for in paths, or in whole URLs.</summary>
    public static IReadOnlyList<string> Patterns(FieldReader fields, string name)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var prefix = fields.Flag("regexOnFullURL", false) ? UrlRegex.Prefix : UrlRegex.PathPrefix;
        return [.. fields.Texts(name).Select(expression => prefix + expression)];
    }

    // v1 limits the segments of paths: those of the start page and maxDepth more.
    private IEnumerable<string> ReadMaxDepth(FieldReader fields, string url)
    {
        if (!isV1 || fields.Integer("maxDepth", 0, UrlRegex.MaxRepetitions) is not { } depth)
            return [];
        var own = Uri.TryCreate(url, UriKind.Absolute, out var start)
            ? start.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Length
            : 0;
        var least = Math.Min(own + depth + 1, UrlRegex.MaxRepetitions);
        return [string.Create(CultureInfo.InvariantCulture, $"{UrlRegex.PathPrefix}^(/[^/]+){{{least}}}")];
    }
}
