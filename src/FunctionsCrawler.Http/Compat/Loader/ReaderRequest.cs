using System.Globalization;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Compat.Loader;

/// <summary>What the headers of GET /r/{url} ask for.</summary>
/// <param name="Page">The request in our terms.</param>
/// <param name="Format">The format of the content.</param>
/// <param name="WithLinks">Whether the links of the page are listed after the content.</param>
internal sealed record ReaderRequest(PageRequest Page, PageFormat Format, bool WithLinks)
{
    private const int MaxTimeoutSeconds = 300;

    // Names of headers for the fields of our request that may have faults.
    private static readonly (string Field, string Header)[] Names =
    [
        ("url", "url"),
        ("extract.include", "X-Target-Selector"),
        ("extract.exclude", "X-Remove-Selector"),
        ("page.waitFor", "X-Wait-For-Selector"),
    ];

    /// <summary>Reads a request and collects all faults.</summary>
    public static ReaderRequest Read(HttpRequest request, RequestFindings findings)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(findings);
        var target = Header(request, "X-Target-Selector");
        var remove = Header(request, "X-Remove-Selector");
        var waitFor = Header(request, "X-Wait-For-Selector");
        var format = ReadFormat(request, target is not null, findings);
        var isPicture = format == PageFormat.Screenshot;
        var withLinks = string.Equals(
            Header(request, "X-With-Links-Summary"),
            "true",
            StringComparison.OrdinalIgnoreCase
        );
        var page = new PageRequest
        {
            Url = ReaderUrl.Read(request),
            Types = PageKinds.WithText,
            Page = new PageOptions
            {
                TimeoutSeconds = ReadTimeout(request, findings),
                // The prefix keeps scripts out, whatever the header holds.
                WaitFor = waitFor is null ? null : "css:" + waitFor,
                Screenshot = isPicture ? ReadPicture(request) : null,
            },
            Extract = new ExtractOptions
            {
                Formats =
                [
                    .. isPicture ? (PageFormat[])[] : [format],
                    .. withLinks ? (PageFormat[])[PageFormat.Links] : [],
                    PageFormat.Metadata,
                ],
                Include = target is null ? [] : [target],
                Exclude = remove is null ? [] : [remove],
            },
        };
        if (findings.Faults is [])
            findings.Refuse(CrawlRequestValidator.Validate(page).Select(Renamed));
        return new ReaderRequest(page, format, withLinks);
    }

    private static int ReadTimeout(HttpRequest request, RequestFindings findings)
    {
        var standard = new PageOptions().TimeoutSeconds;
        if (Header(request, "X-Timeout") is not { } text)
            return standard;
        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 1 and <= MaxTimeoutSeconds
        )
            return seconds;
        findings.Refuse("X-Timeout", $"It is '{text}'; 1 to {MaxTimeoutSeconds} seconds are allowed.");
        return standard;
    }

    private static PageFormat ReadFormat(HttpRequest request, bool isPart, RequestFindings findings)
    {
        // What main content is says the selector, if there is one.
        var standard = isPart ? PageFormat.Markdown : PageFormat.MainMarkdown;
        switch (Header(request, "X-Return-Format")?.ToLowerInvariant())
        {
            case null or "content":
                return standard;
            case "markdown":
                return PageFormat.Markdown;
            case "html":
                return PageFormat.Html;
            case "text":
                return PageFormat.Text;
            case "screenshot" or "pageshot":
                return PageFormat.Screenshot;
            case var other:
                findings.Refuse(
                    "X-Return-Format",
                    $"It is '{other}'; content, markdown, html, text, screenshot and pageshot are allowed."
                );
                return standard;
        }
    }

    private static ScreenshotOptions ReadPicture(HttpRequest request) =>
        new()
        {
            FullPage = string.Equals(
                Header(request, "X-Return-Format"),
                "pageshot",
                StringComparison.OrdinalIgnoreCase
            ),
        };

    private static string? Header(HttpRequest request, string name) =>
        request.Headers[name].ToString().Trim() is { Length: > 0 } value ? value : null;

    private static RequestFault Renamed(RequestFault fault)
    {
        var (field, header) = Array.Find(Names, n => fault.Field.StartsWith(n.Field, StringComparison.Ordinal));
        return field is null ? fault : fault with { Field = header };
    }
}
