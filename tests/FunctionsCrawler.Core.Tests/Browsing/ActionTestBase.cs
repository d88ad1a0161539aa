using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Base of the tests of steps in pages.</summary>
public abstract class ActionTestBase(OneBrowser one) : TabTestBase(one)
{
    /// <summary>Enough text for a page to look finished.</summary>
    protected static string Words { get; } = string.Concat(Enumerable.Repeat("some words of a page with content ", 10));

    private protected Task<TabVisit> VisitAsync(Uri url, params PageAction[] actions) =>
        VisitAsync(url, new VisitOptions { Actions = actions }, Ample);

    private protected async Task<TabVisit> VisitAsync(Uri url, VisitOptions options, TimeSpan deadline) =>
        await (await OpenAsync()).VisitAsync(url, options, deadline, Cancellation);
}
