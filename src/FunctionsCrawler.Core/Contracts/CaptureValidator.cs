namespace FunctionsCrawler.Contracts;

/// <summary>Validates which files are made of pages.</summary>
internal static class CaptureValidator
{
    /// <summary>Returns all faults of the options.</summary>
    public static IEnumerable<RequestFault> Validate(PageOptions page)
    {
        ArgumentNullException.ThrowIfNull(page);
        return
        [
            .. CrawlRequestValidator.Defined("page.snapshot", page.Snapshot),
            .. page.Screenshot is { } screenshot ? Screenshot(screenshot) : [],
        ];
    }

    private static IEnumerable<RequestFault> Screenshot(ScreenshotOptions options) =>
        [
            .. CrawlRequestValidator.Defined("page.screenshot.format", options.Format),
            .. options.Quality is { } quality
                ? CrawlRequestValidator.Range("page.screenshot.quality", quality, 1, 100)
                : [],
            .. options is { Quality: not null, Format: PictureFormat.Png }
                ?
                [
                    new RequestFault(
                        "page.screenshot.quality",
                        "quality is for jpeg and webp; format is png, which loses nothing."
                    ),
                ]
                : (RequestFault[])[],
            .. options.Selector is { } selector ? Selector(selector) : [],
        ];

    private static RequestFault[] Selector(string selector)
    {
        const string field = "page.screenshot.selector";
        if (!PageCondition.TryParse(selector, out var parsed, out var fault))
            return [new RequestFault(field, fault)];
        return parsed.Kind != ConditionKind.Css
            ?
            [
                new RequestFault(
                    field,
                    $"'{selector}' is not a selector; a CSS selector is allowed, css:main for example."
                ),
            ]
            : [];
    }
}
