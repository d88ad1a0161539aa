using System.Text.Json;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Http.Compat.Crawl4ai;

/// <summary>What a BrowserConfig says about visits. The rest of it is about browsers that crawl4ai keeps.</summary>
internal sealed record BrowserSettings
{
    private const int StandardWidth = 1080;
    private const int StandardHeight = 600;
    private const int MaxSide = 4000;

    public string? UserAgent { get; init; }

    public PageViewport? Viewport { get; init; }

    public IReadOnlyDictionary<string, SecretText>? Headers { get; init; }

    public IReadOnlyList<PageCookie>? Cookies { get; init; }

    /// <summary>Whether scripts of pages run. Without them no browser is needed.</summary>
    public bool RunsScripts { get; init; } = true;

    /// <summary>Reads the fields.</summary>
    public static BrowserSettings Read(FieldReader fields, RequestFindings findings)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(findings);
        RefusedParts.Check(fields, "BrowserConfig", findings);
        var (headers, userAgent) = ReadHeaders(fields);
        return new BrowserSettings
        {
            UserAgent = fields.Text("user_agent") is { Length: > 0 } given ? given : userAgent,
            Viewport = ReadViewport(fields),
            Headers = headers,
            Cookies = ReadCookies(fields, findings),
            RunsScripts = fields.Flag("java_script_enabled", true),
        };
    }

    private static PageViewport? ReadViewport(FieldReader fields)
    {
        var inner = fields.Object("viewport");
        var width = inner?.Number("width", double.MinValue, double.MaxValue) ?? Side(fields, "viewport_width");
        var height = inner?.Number("height", double.MinValue, double.MaxValue) ?? Side(fields, "viewport_height");
        return width is null && height is null
            ? null
            : new PageViewport
            {
                Width = (int)Math.Clamp(width ?? StandardWidth, 1, MaxSide),
                Height = (int)Math.Clamp(height ?? StandardHeight, 1, MaxSide),
            };
    }

    private static double? Side(FieldReader fields, string name) =>
        fields.Number(name, double.MinValue, double.MaxValue);

    // crawl4ai's own client always sends sec-ch-ua, which its server refuses. Ours is the browser's.
    private static (Dictionary<string, SecretText>? Headers, string? UserAgent) ReadHeaders(FieldReader fields)
    {
        if (fields.Object("headers") is not { } given)
            return (null, null);
        string? userAgent = null;
        var headers = new Dictionary<string, SecretText>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in given.All().Select(field => field.Name))
        {
            if (name.StartsWith("sec-ch-ua", StringComparison.OrdinalIgnoreCase) || given.Text(name) is not { } value)
                continue;
            if (name.Equals("User-Agent", StringComparison.OrdinalIgnoreCase))
                userAgent = value;
            else
                headers[name] = SecretText.FromString(value);
        }
        return (headers.Count == 0 ? null : headers, userAgent);
    }

    private static List<PageCookie>? ReadCookies(FieldReader fields, RequestFindings findings)
    {
        var cookies = new List<PageCookie>();
        foreach (var (i, item) in fields.Items("cookies").Index())
        {
            var path = $"{fields.PathOf("cookies")}[{i}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                findings.Refuse(path, $"It is {FieldReader.Shown(item)}; an object with name and value is allowed.");
                continue;
            }
            var cookie = new FieldReader(item, path + ".", findings);
            cookies.Add(
                new PageCookie
                {
                    Name = cookie.Text("name") ?? "",
                    Value = SecretText.FromString(cookie.Text("value") ?? ""),
                    Path = cookie.Text("path") is { Length: > 0 } at ? at : "/",
                }
            );
        }
        return cookies.Count == 0 ? null : cookies;
    }
}
