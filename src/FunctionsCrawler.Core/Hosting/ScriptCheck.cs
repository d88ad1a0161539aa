using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Hosting;

/// <summary>Refuses requests with scripts where the operator does not allow them (<see cref="CrawlerOptions.AllowScripts"/>).</summary>
internal static class ScriptCheck
{
    /// <summary>The scripts in how a page is visited that are not allowed.</summary>
    public static IReadOnlyList<RequestFault> FindFaults(PageOptions? page, CrawlerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return page is null || options.AllowScripts
            ? []
            :
            [
                .. IsScript(page.WaitFor) ? [Fault("page.waitFor")] : (RequestFault[])[],
                .. (page.Actions ?? []).SelectMany(
                    (action, i) =>
                        action?.Script is not null ? [Fault($"page.actions[{i}].script")]
                        : IsScript(action?.Wait) ? [Fault($"page.actions[{i}].wait")]
                        : (RequestFault[])[]
                ),
            ];
    }

    /// <summary>Refuses a request for a page with scripts that are not allowed.</summary>
    public static RequestReadResult<PageRequest> CheckScripts(
        this RequestReadResult<PageRequest> result,
        CrawlerOptions options
    ) => Check(result, result.Request?.Page, options);

    /// <summary>Refuses a request for a crawl with scripts that are not allowed.</summary>
    public static RequestReadResult<CrawlRequest> CheckScripts(
        this RequestReadResult<CrawlRequest> result,
        CrawlerOptions options
    ) => Check(result, result.Request?.Page, options);

    private static RequestReadResult<T> Check<T>(RequestReadResult<T> result, PageOptions? page, CrawlerOptions options)
        where T : class =>
        FindFaults(page, options) is { Count: > 0 } faults ? new RequestReadResult<T>(null, faults) : result;

    private static bool IsScript(string? condition) =>
        condition is not null
        && PageCondition.TryParse(condition, out var parsed, out _)
        && parsed.Kind == ConditionKind.Script;

    private static RequestFault Fault(string field) =>
        new(
            field,
            "Scripts of requests are not allowed here; the operator allows them with --allow-scripts or CRAWL_ALLOW_SCRIPTS=true."
        );
}
