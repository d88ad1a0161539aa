using System.Text.Json;
using System.Text.Json.Nodes;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Urls;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>A request for some pages.</summary>
/// <param name="Pages">The pages in the order of the request.</param>
/// <param name="Settings">The settings of the request, which most pages have.</param>
internal sealed record CrawlTask(IReadOnlyList<PageTask> Pages, RunSettings Settings);

/// <summary>One page of a request.</summary>
/// <param name="Url">The URL as it stands in the result.</param>
/// <param name="Settings">How it is visited; null if no configuration is for it.</param>
internal sealed record PageTask(string Url, RunSettings? Settings)
{
    /// <summary>The HTML of a page that is given inline; null for a URL.</summary>
    public string? Html => InlinePage.HtmlOf(Url);
}

/// <summary>Reads the body of POST /crawl, which those of other routes resemble.</summary>
internal sealed class CrawlBody(CrawlerOptions options)
{
    /// <summary>The maximum number of URLs of a request.</summary>
    public const int MaxUrls = 100;

    // All others at the top level count as fields of a CrawlerRunConfig, because people put them there.
    private static readonly string[] Reserved =
    [
        "urls",
        "url",
        "browser_config",
        "crawler_config",
        "crawler_configs",
        "hooks",
        "webhook_config",
    ];

    private readonly RequestFindings _findings = new();

    /// <summary>Translates and validates a body.</summary>
    public RequestBody<CrawlTask> Read(JsonElement body)
    {
        if (ReadUrls(body, out var fault) is not { } urls)
            return new RequestBody<CrawlTask>(null, fault);
        if (body.TryGetProperty("hooks", out var hooks) && hooks.ValueKind == JsonValueKind.Object)
            return Refused(403, "Hooks are not offered");
        var grammar = new ConfigGrammar(_findings);
        var browser = BrowserSettings.Read(Config(grammar, body, "browser_config", null), _findings);
        var reader = new RunConfigReader(_findings, browser);
        var settings = reader.Read(Config(grammar, body, "crawler_config", body));
        var choices = urls.Count > 1 ? ReadChoices(grammar, reader, body) : [];
        var pages = urls.Select(url => new PageTask(url, Choose(url, settings, choices))).ToList();
        if (settings.Deep is not null && (pages.Count > 1 || pages[0].Html is not null))
            _findings.Refuse("deep_crawl_strategy", "It needs exactly one URL.");
        if (_findings.Faults.Count == 0)
            foreach (var page in pages)
                Validate(page);
        return _findings.Faults.Count == 0
            ? new RequestBody<CrawlTask>(new CrawlTask(pages, settings), null)
            : new RequestBody<CrawlTask>(null, Crawl4aiError.Invalid(_findings.Faults));
    }

    private static List<string>? ReadUrls(JsonElement body, out IResult? fault)
    {
        fault = null;
        if (!body.TryGetProperty("urls", out var value) && !body.TryGetProperty("url", out value))
        {
            fault = Crawl4aiError.Unprocessable("urls", "Field required", "missing");
            return null;
        }
        List<JsonElement> items = value.ValueKind switch
        {
            JsonValueKind.String => [value],
            JsonValueKind.Array => [.. value.EnumerateArray()],
            _ => [],
        };
        var isValid = items.Count is > 0 and <= MaxUrls && items.TrueForAll(i => i.ValueKind == JsonValueKind.String);
        if (!isValid)
            fault = Crawl4aiError.Unprocessable("urls", $"It must be a list of 1 to {MaxUrls} URLs.");
        return isValid ? [.. items.Select(item => Crawl4aiUrl.WithScheme(item.GetString()!))] : null;
    }

    // A configuration in plain JSON. Fields of the body count where the configuration itself does not have them.
    private FieldReader Config(ConfigGrammar grammar, JsonElement body, string name, JsonElement? defaults)
    {
        var fields = new JsonObject();
        foreach (var field in defaults?.EnumerateObject().Where(f => !Reserved.Contains(f.Name)) ?? [])
            fields[field.Name] = grammar.Read(field.Value);
        if (body.TryGetProperty(name, out var value) && grammar.Read(value) is JsonObject given)
            foreach (var (key, node) in given)
                fields[key] = node?.DeepClone();
        else if (value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
            _findings.Refuse(name, $"It is {FieldReader.Shown(value)}; an object is allowed.");
        return ReaderOf(fields, name);
    }

    private FieldReader ReaderOf(JsonObject fields, string name) =>
        new(JsonElement.Parse(fields.ToJsonString()), name + ".", _findings);

    private List<RunSettings> ReadChoices(ConfigGrammar grammar, RunConfigReader reader, JsonElement body)
    {
        var choices = new List<RunSettings>();
        if (!body.TryGetProperty("crawler_configs", out var configs) || configs.ValueKind != JsonValueKind.Array)
            return choices;
        if (configs.GetArrayLength() > MaxUrls)
        {
            _findings.Refuse(
                "crawler_configs",
                $"It has {configs.GetArrayLength()} items; at most {MaxUrls} are allowed."
            );
            return choices;
        }
        foreach (var (i, config) in configs.EnumerateArray().Index())
            if (grammar.Read(config) is JsonObject fields)
                choices.Add(reader.Read(ReaderOf(fields, $"crawler_configs[{i}]")));
        return choices;
    }

    private static RunSettings? Choose(string url, RunSettings settings, List<RunSettings> choices) =>
        choices.Count == 0 ? settings : choices.Find(choice => choice.Matcher.Matches(url));

    private void Validate(PageTask page)
    {
        if (page.Settings is not { } settings)
            return;
        if (page.Html is not null)
        {
            _findings.Refuse(InlinePage.FindFaults(page, settings));
            return;
        }
        if (!UrlNormalizer.TryNormalize(page.Url, dropTrackingParameters: false, out _, out var fault))
            _findings.Refuse("urls", fault);
        else
            _findings.Refuse(Crawl4aiNames.Renamed(Faults(page.Url, settings)));
    }

    private IEnumerable<RequestFault> Faults(string url, RunSettings settings) =>
        [
            .. settings.Deep is null
                ? CrawlRequestValidator.Validate(settings.ToPage(url))
                : CrawlRequestValidator.Validate(settings.ToCrawl([url])),
            .. SecretCheck.FindFaults(settings.Page),
            .. ScriptCheck.FindFaults(settings.Page, options),
        ];

    private static RequestBody<CrawlTask> Refused(int status, string detail) =>
        new(null, Crawl4aiError.Result(status, detail));
}
