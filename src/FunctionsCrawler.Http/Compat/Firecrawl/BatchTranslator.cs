using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>A batch of pages in our terms.</summary>
/// <param name="Crawl">The crawl that visits the valid URLs.</param>
/// <param name="InvalidUrls">The URLs that cannot be visited.</param>
internal sealed record BatchRequest(CrawlRequest Crawl, IReadOnlyList<string> InvalidUrls);

/// <summary>Translates the body of POST /batch/scrape.</summary>
internal sealed class BatchTranslator(RequestFindings findings, bool isV1)
{
    /// <summary>Reads the fields.</summary>
    public BatchRequest Translate(FieldReader fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var settings = new PageSettingsReader(findings, isV1).Read(fields);
        var (valid, invalid) = ReadUrls(fields);
        if (fields.Value("appendToId") is not null)
            findings.Refuse("appendToId", "Adding URLs to a batch is not offered; start another batch.");
        CrawlTranslator.RefuseWebhook(fields, findings);
        var crawl = new CrawlRequest
        {
            Mode = CrawlMode.Batch,
            Urls = valid,
            MaxPages = Math.Max(1, valid.Count),
            // A page of a batch may redirect to any host.
            Scope = ScopeKind.Any,
            Concurrency = fields.Integer("maxConcurrency", 1, int.MaxValue) is { } most ? Math.Min(most, 500) : 5,
            Types = settings.Types,
            Page = settings.Page,
            Extract = settings.Extract,
        };
        return new BatchRequest(crawl, invalid);
    }

    private (IReadOnlyList<string> Valid, IReadOnlyList<string> Invalid) ReadUrls(FieldReader fields)
    {
        var ignoresInvalid = fields.Flag("ignoreInvalidURLs", true);
        var (valid, invalid) = (new List<string>(), new List<string>());
        foreach (var item in fields.Items("urls"))
        {
            var text = item.ValueKind == JsonValueKind.String ? item.GetString()! : item.GetRawText();
            var url = FirecrawlUrl.WithScheme(text);
            if (UrlNormalizer.TryNormalize(url, dropTrackingParameters: false, out _, out var fault))
                valid.Add(url);
            else if (ignoresInvalid)
                invalid.Add(text);
            else
                findings.Refuse("urls", fault);
        }
        if (valid.Count == 0)
            findings.Refuse("urls", "No valid URLs provided");
        return (valid, invalid);
    }
}
