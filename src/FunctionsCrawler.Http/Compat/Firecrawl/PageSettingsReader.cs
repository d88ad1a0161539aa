using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>How pages are visited and what is taken from them: Firecrawl's ScrapeOptions in our terms.</summary>
internal sealed record PageSettings(PageOptions Page, ExtractOptions Extract, IReadOnlyList<ContentKind> Types);

/// <summary>Translates ScrapeOptions, which stand in the body of a scrape and below "scrapeOptions" of a crawl.</summary>
internal sealed class PageSettingsReader(RequestFindings findings, bool isV1)
{
    private const int MaxWaitMs = 60_000;
    private const int MaxTimeoutMs = 300_000;

    // Clients of v2 without a timeout wait for 300 s.
    private const int StandardTimeoutMsV1 = 30_000;
    private const int StandardTimeoutMsV2 = 60_000;

    // Fields without an effect: about Firecrawl's service, or about what this crawler does in any case or never.
    private static readonly string[] Skipped =
    [
        "origin",
        "integration",
        "zeroDataRetention",
        "proxy",
        "blockAds",
        "fastMode",
        "maxAge",
        "minAge",
        "storeInCache",
        "removeBase64Images",
        "skipTlsVerification",
        "location",
        "useMock",
        "redactPII",
        "safeMode",
        "lockdown",
        "profile",
        "threatProtection",
        "auditMetadata",
        "jsonOptions",
        "changeTrackingOptions",
        "__experimental_cache",
        "__searchPreviewToken",
        "__experimental_omce",
        "__experimental_omceDomain",
    ];

    /// <summary>The settings if a request has none.</summary>
    public static PageSettings Standard(bool isV1) =>
        new PageSettingsReader(new RequestFindings(), isV1).Read(
            new FieldReader(System.Text.Json.JsonElement.Parse("{}"), "", new RequestFindings())
        );

    /// <summary>Reads the settings. The caller reports the unknown fields.</summary>
    public PageSettings Read(FieldReader fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        fields.Skip(Skipped);
        var formats = new FormatReader(findings).Read(fields);
        var actions = new ActionReader(findings);
        var (timeoutSeconds, delayMs) = ReadTimes(fields);
        var headers = new HeaderReader(fields.Object("headers"));
        var page = new PageOptions
        {
            TimeoutSeconds = timeoutSeconds,
            DelayMs = delayMs,
            Headers = headers.Others,
            Cookies = headers.Cookies,
            UserAgent = headers.UserAgent,
            Locale = headers.Locale,
            Device = fields.Flag("mobile", false) ? DevicePreset.Phone : null,
            Actions = actions.Read(fields),
            Screenshot = formats.Screenshot,
            Viewport = formats.Viewport,
            Pdf = actions.PrintsPdf,
        };
        var extract = new ExtractOptions
        {
            Formats = [.. FormatsOf(formats, fields.Flag("onlyMainContent", true))],
            Include = [.. fields.Texts("includeTags").Select(SelectorOf)],
            Exclude = [.. fields.Texts("excludeTags").Select(SelectorOf)],
            Schema = formats.Attributes,
        };
        return new PageSettings(page, extract, ReadTypes(fields));
    }

    private static IEnumerable<PageFormat> FormatsOf(RequestedFormats formats, bool onlyMain)
    {
        if (formats.Markdown)
            yield return onlyMain ? PageFormat.MainMarkdown : PageFormat.Markdown;
        if (formats.Html)
            yield return onlyMain ? PageFormat.MainHtml : PageFormat.CleanedHtml;
        if (formats.RawHtml)
            yield return PageFormat.Html;
        if (formats.Links)
            yield return PageFormat.Links;
        if (formats.Images)
            yield return PageFormat.Images;
        yield return PageFormat.Metadata;
    }

    private (int TimeoutSeconds, int DelayMs) ReadTimes(FieldReader fields)
    {
        var timeout = fields.Integer("timeout", 1000, int.MaxValue);
        var wait = fields.Integer("waitFor", 0, MaxWaitMs) ?? 0;
        var standard = isV1 ? StandardTimeoutMsV1 : StandardTimeoutMsV2;
        if (timeout is { } given && wait > given / 2)
            findings.Refuse(
                fields.PathOf("waitFor"),
                $"It is {wait} ms; at most half of the timeout of {given} ms is allowed."
            );
        var milliseconds = Math.Min(timeout ?? Math.Max(standard, 2 * wait), MaxTimeoutMs);
        return ((milliseconds + 999) / 1000, wait);
    }

    // "*word*" matches the word anywhere in an element's name or attributes. CSS can only name certain attributes, and
    // elements that are called so.
    private static string SelectorOf(string tag)
    {
        if (tag.Length < 3 || !tag.StartsWith('*') || !tag.EndsWith('*'))
            return tag;
        var word = tag[1..^1];
        return char.IsAsciiLetter(word[0]) && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? $"{word}, [class*=\"{word}\" i], [id*=\"{word}\" i], [name*=\"{word}\" i], [role*=\"{word}\" i]"
            : tag;
    }

    // PDF documents are read unless the client lists parsers without them.
    private ContentKind[] ReadTypes(FieldReader fields)
    {
        fields.Skip("parsers");
        var readsPdf = isV1
            ? fields.Flag("parsePDF", true)
            : fields.Value("parsers") is not { } parsers
                || parsers.GetRawText().Contains("pdf", StringComparison.Ordinal);
        ContentKind[] kinds =
        [
            ContentKind.Html,
            ContentKind.Text,
            ContentKind.Markdown,
            ContentKind.Json,
            ContentKind.Feed,
        ];
        return readsPdf ? [.. kinds, ContentKind.Pdf] : kinds;
    }
}
