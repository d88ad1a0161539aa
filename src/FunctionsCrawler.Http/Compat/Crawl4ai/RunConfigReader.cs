using System.Text.Json;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>Translates a CrawlerRunConfig. Fields that are not read have no effect, and need none here.</summary>
internal sealed class RunConfigReader(RequestFindings findings, BrowserSettings browser)
{
    private const int MaxTimeoutMs = 60_000;
    private const int MaxDelayMs = 60_000;
    private const int MaxScrollSteps = 1000;

    // crawl4ai waits for so long if nothing is said. Here a page is read when nothing changes any more.
    private const int StandardDelayMs = 100;

    /// <summary>Reads the fields.</summary>
    public RunSettings Read(FieldReader fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        RefusedParts.Check(fields, "CrawlerRunConfig", findings);
        var page = ReadPage(fields);
        var markdown = MarkdownSettings.Read(fields.Object("markdown_generator"));
        var extract = new ExtractOptions
        {
            Formats = [.. FormatsOf(markdown, HasTables(fields))],
            Include = [.. Selectors(fields, "css_selector"), .. fields.Texts("target_elements")],
            Exclude =
            [
                .. fields.Texts("excluded_tags"),
                .. Selectors(fields, "excluded_selector"),
                .. fields.Flag("remove_forms", false) ? ["form"] : (string[])[],
            ],
            Query = markdown.Query,
            Schema = new SchemaReader(findings).Read(fields),
        };
        return new RunSettings
        {
            Page = page,
            Extract = extract,
            Render = browser.RunsScripts ? RenderMode.Auto : RenderMode.Never,
            Shape = ResultShape.Of(page, extract) with
            {
                IgnoresLinks = markdown.IgnoresLinks,
                IgnoresImages = markdown.IgnoresImages,
                Links = LinkRules.Read(fields),
            },
            Deep = new DeepCrawlReader(findings).Read(fields),
            Streams = fields.Flag("stream", false),
            BaseUrl = fields.Text("base_url"),
            Matcher = UrlMatcher.Read(fields, findings),
        };
    }

    private PageOptions ReadPage(FieldReader fields)
    {
        var hasScreenshot = fields.Flag("screenshot", false);
        var delay = Math.Min(
            Seconds(fields, "delay_before_return_html") + (hasScreenshot ? Seconds(fields, "screenshot_wait_for") : 0),
            MaxDelayMs
        );
        delay = delay <= StandardDelayMs ? 0 : delay;
        return new PageOptions
        {
            TimeoutSeconds = (TimeoutMs(fields) + delay + 999) / 1000,
            DelayMs = delay,
            WaitUntil = ReadWaitUntil(fields),
            WaitFor = ReadWaitFor(fields),
            Actions = ReadScripts(fields),
            Scroll = ReadScroll(fields),
            RemoveOverlays =
                fields.Flag("remove_overlay_elements", false) | fields.Flag("remove_consent_popups", false),
            Frames = fields.Flag("process_iframes", false) ? PageFrames.Inline : PageFrames.Skip,
            UserAgent = fields.Text("user_agent") is { Length: > 0 } own ? own : browser.UserAgent,
            Viewport = browser.Viewport,
            Headers = browser.Headers,
            Cookies = browser.Cookies,
            Locale = fields.Text("locale"),
            Timezone = fields.Text("timezone_id"),
            Screenshot = hasScreenshot ? new ScreenshotOptions() : null,
            Pdf = fields.Flag("pdf", false),
        };
    }

    private static IEnumerable<PageFormat> FormatsOf(MarkdownSettings markdown, bool hasTables) =>
        [
            PageFormat.Markdown,
            PageFormat.Html,
            PageFormat.CleanedHtml,
            PageFormat.Links,
            PageFormat.Images,
            PageFormat.Metadata,
            .. hasTables ? [PageFormat.Tables] : (PageFormat[])[],
            .. markdown.IsPruned ? [PageFormat.MainMarkdown, PageFormat.MainHtml] : (PageFormat[])[],
        ];

    private static bool HasTables(FieldReader fields) =>
        fields.Object("table_extraction")?.Text(ConfigGrammar.ClassField) is not "NoTableExtraction";

    private static IReadOnlyList<string> Selectors(FieldReader fields, string name) =>
        fields.Text(name) is { } selector && !string.IsNullOrWhiteSpace(selector) ? [selector] : [];

    // What is no number of milliseconds counts as the default, as in crawl4ai.
    private static int TimeoutMs(FieldReader fields) =>
        fields.Value("page_timeout") is { ValueKind: JsonValueKind.Number } value
        && value.TryGetDouble(out var milliseconds)
        && milliseconds > 0
            ? (int)Math.Ceiling(Math.Min(milliseconds, MaxTimeoutMs))
            : MaxTimeoutMs;

    private static int Seconds(FieldReader fields, string name) =>
        (int)Math.Min(1000 * (fields.Number(name, 0, double.MaxValue) ?? 0), MaxDelayMs);

    // crawl4ai's default reads a page at once. So a client that says so does not mean that scripts must not run.
    private static WaitUntil? ReadWaitUntil(FieldReader fields) =>
        fields.Choice("wait_until", "domcontentloaded", "load", "networkidle", "commit") switch
        {
            "load" => WaitUntil.Load,
            "networkidle" => WaitUntil.NetworkIdle,
            _ => null,
        };

    private static string? ReadWaitFor(FieldReader fields)
    {
        var text = fields.Text("wait_for")?.Trim();
        if (string.IsNullOrEmpty(text) || text.StartsWith("css:", StringComparison.Ordinal))
            return string.IsNullOrEmpty(text) ? null : text;
        var isScript = text.StartsWith("js:", StringComparison.Ordinal);
        var expression = isScript ? text[3..].Trim() : text;
        if (IsFunction(expression))
            return $"js:({expression})()";
        return isScript ? $"js:{expression}" : $"css:{expression}";
    }

    private static bool IsFunction(string expression) =>
        expression.StartsWith("()", StringComparison.Ordinal)
        || expression.StartsWith("function", StringComparison.Ordinal)
        || expression.StartsWith("async", StringComparison.Ordinal);

    private static List<PageAction> ReadScripts(FieldReader fields)
    {
        IReadOnlyList<string> scripts = fields.Value("js_code") is { ValueKind: JsonValueKind.String } one
            ? [one.GetString()!]
            : fields.Texts("js_code");
        return [.. scripts.Where(script => script.Length > 0).Select(script => new PageAction { Script = script })];
    }

    private static PageScroll? ReadScroll(FieldReader fields)
    {
        var isVirtual = fields.Object("virtual_scroll_config") is not null;
        var steps = fields.Number("max_scroll_steps", double.MinValue, double.MaxValue);
        if (!fields.Flag("scan_full_page", false) && !isVirtual)
            return null;
        return steps is null
            ? new PageScroll()
            : new PageScroll { MaxSteps = (int)Math.Clamp(steps.Value, 1, MaxScrollSteps) };
    }
}
