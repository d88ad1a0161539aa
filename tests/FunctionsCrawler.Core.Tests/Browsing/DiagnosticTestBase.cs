using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Base of the tests of what is recorded of visits.</summary>
public abstract class DiagnosticTestBase(OneBrowser one) : TabTestBase(one)
{
    /// <summary>Enough text for a page to look finished.</summary>
    protected static string Words { get; } =
        "<p>" + string.Concat(Enumerable.Repeat("some words of a page with content ", 10)) + "</p>";

    private protected Task<TabVisit> DiagnoseAsync(Uri url, TimeSpan? deadline = null) =>
        VisitAsync(url, new PageOptions { Diagnostics = true }, deadline);

    private protected async Task<TabVisit> VisitAsync(Uri url, PageOptions page, TimeSpan? deadline = null) =>
        await (await OpenAsync()).VisitAsync(url, OptionsOf(page), deadline ?? Ample, Cancellation);

    private protected static VisitOptions OptionsOf(PageOptions page) =>
        new()
        {
            Diagnostics = DiagnosticOptions.Of(page, new VisitIdentity()),
            Actions = page.Actions,
            WaitFor = page.WaitFor is { } condition ? PageCondition.Parse(condition) : null,
        };
}
