namespace FunctionsCrawler.Contracts;

/// <summary>Validates how pages are visited.</summary>
internal static class PageOptionsValidator
{
    /// <summary>Returns all faults of the options.</summary>
    /// <param name="page">The options.</param>
    /// <param name="render">Whether pages are rendered.</param>
    public static IEnumerable<RequestFault> Validate(PageOptions page, RenderMode render)
    {
        ArgumentNullException.ThrowIfNull(page);
        return
        [
            .. CrawlRequestValidator.Range("page.timeoutSeconds", page.TimeoutSeconds, 1, 300),
            .. page.WaitUntil is { } until ? CrawlRequestValidator.Defined("page.waitUntil", until) : [],
            .. page.WaitFor is { } condition && !PageCondition.TryParse(condition, out _, out var fault)
                ? [new RequestFault("page.waitFor", fault)]
                : (RequestFault[])[],
            .. page.Scroll is { } scroll
                ?
                [
                    .. CrawlRequestValidator.Defined("page.scroll.to", scroll.To),
                    .. CrawlRequestValidator.Range("page.scroll.maxSteps", scroll.MaxSteps, 1, 1000),
                ]
                : (RequestFault[])[],
            .. PageActionValidator.Validate("page.actions", page.Actions),
            .. CrawlRequestValidator.Defined("page.frames", page.Frames),
            .. CrawlRequestValidator.Range("page.delayMs", page.DelayMs, 0, 60_000),
            .. page.DelayMs is > 0 and <= 60_000 && page.DelayMs >= 1000L * page.TimeoutSeconds
                ?
                [
                    new RequestFault(
                        "page",
                        $"delayMs {page.DelayMs} does not fit into the time limit; it must be less than the {page.TimeoutSeconds} s of timeoutSeconds."
                    ),
                ]
                : (RequestFault[])[],
            .. PageIdentityValidator.Validate(page),
            .. CaptureValidator.Validate(page),
            .. render == RenderMode.Never
                ? page.NeedBrowser.Select(name => new RequestFault(
                    $"page.{name}",
                    $"{name} needs a browser; render is never, auto or always is needed."
                ))
                : [],
        ];
    }
}
