using System.Text.Json;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Firecrawl;

/// <summary>What a client asks for of each page.</summary>
internal sealed record RequestedFormats
{
    public bool Markdown { get; set; }

    public bool Html { get; set; }

    public bool RawHtml { get; set; }

    public bool Links { get; set; }

    public bool Images { get; set; }

    public ScreenshotOptions? Screenshot { get; set; }

    public PageViewport? Viewport { get; set; }

    /// <summary>The selectors of the format "attributes", as a schema.</summary>
    public ExtractSchema? Attributes { get; set; }
}

/// <summary>Reads the field "formats": names, or objects with a type and options.</summary>
internal sealed class FormatReader(RequestFindings findings)
{
    private const string Offered = "markdown, html, rawHtml, links, images, screenshot and attributes are offered";

    private static readonly HashSet<string> NeedModel =
    [
        "json",
        "extract",
        "summary",
        "question",
        "highlights",
        "query",
        "branding",
        "product",
        "menu",
        "audio",
        "video",
        "deterministicJson",
    ];

    /// <summary>Reads the formats; Markdown if there are none.</summary>
    public RequestedFormats Read(FieldReader fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var formats = new RequestedFormats();
        if (fields.Value("formats") is null)
            formats.Markdown = true;
        foreach (var (i, item) in fields.Items("formats").Index())
            Read(formats, item, $"{fields.PathOf("formats")}[{i}]");
        return formats;
    }

    private void Read(RequestedFormats formats, JsonElement item, string path)
    {
        FieldReader? options = null;
        string? type = null;
        if (item.ValueKind == JsonValueKind.String)
            type = item.GetString();
        else if (item.ValueKind == JsonValueKind.Object)
        {
            options = new FieldReader(item, path + ".", findings);
            type = options.Text("type");
        }
        switch (type)
        {
            case "markdown":
                formats.Markdown = true;
                break;
            case "html":
                formats.Html = true;
                break;
            case "rawHtml":
                formats.RawHtml = true;
                break;
            case "links":
                formats.Links = true;
                break;
            case "images":
                formats.Images = true;
                break;
            case "screenshot" or "screenshot@fullPage":
                ReadScreenshot(formats, options, type is "screenshot@fullPage", path);
                break;
            case "attributes" when options is not null:
                formats.Attributes = ReadAttributes(options, path);
                break;
            default:
                Refuse(type, item, path);
                break;
        }
        options?.ReportUnknown();
    }

    private void Refuse(string? type, JsonElement item, string path) =>
        findings.Refuse(
            path,
            type is null ? $"It is {FieldReader.Shown(item)}; a format or an object with a type is allowed."
                : NeedModel.Contains(type) ? $"The format '{type}' needs a model and is not offered; {Offered}."
                : type is "changeTracking"
                    ? $"The format 'changeTracking' is not offered; POST /api/crawls with 'since' compares crawls. {Offered}."
                : $"The format '{type}' is not offered; {Offered}."
        );

    private void ReadScreenshot(RequestedFormats formats, FieldReader? options, bool fullPage, string path)
    {
        if (formats.Screenshot is not null)
            findings.Refuse(path, "There are two screenshots; one is allowed.");
        // Firecrawl's PNG ignores a quality.
        var quality = options?.Integer("quality", 1, 100);
        formats.Screenshot = new ScreenshotOptions
        {
            FullPage = options?.Flag("fullPage", fullPage) ?? fullPage,
            Format = quality is null ? PictureFormat.Png : PictureFormat.Jpeg,
            Quality = quality,
        };
        if (options?.Object("viewport") is not { } viewport)
            return;
        formats.Viewport = new PageViewport
        {
            Width = viewport.Integer("width", 1, 4000) ?? 1280,
            Height = viewport.Integer("height", 1, 4000) ?? 720,
        };
        viewport.ReportUnknown();
    }

    private ExtractSchema ReadAttributes(FieldReader options, string path)
    {
        var fields = new List<SchemaField>();
        foreach (var (i, item) in options.Items("selectors").Index())
        {
            if (item.ValueKind != JsonValueKind.Object)
            {
                findings.Refuse(
                    $"{path}.selectors[{i}]",
                    $"It is {FieldReader.Shown(item)}; an object with selector and attribute is allowed."
                );
                continue;
            }
            var entry = new FieldReader(item, $"{path}.selectors[{i}].", findings);
            fields.Add(AttributeLists.FieldOf(i, entry.Text("selector") ?? "", entry.Text("attribute") ?? ""));
        }
        if (fields.Count == 0)
            findings.Refuse(
                path + ".selectors",
                "It is empty; a list of objects with selector and attribute is needed."
            );
        return AttributeLists.SchemaOf(fields);
    }
}
