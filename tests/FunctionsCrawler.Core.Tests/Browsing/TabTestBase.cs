using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>A class fixture: all tests of a class share one browser, and each opens its own tabs.</summary>
public sealed class OneBrowser : IAsyncDisposable
{
    private BrowserInvocation? _browser;

    internal async Task<BrowserInvocation> GetAsync(BrowserLaunch launch) =>
        _browser ??= await BrowserInvocation.LaunchAsync(launch, TimeProvider.System, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
    }
}

/// <summary>Base of the tests of <see cref="BrowserTab"/>: opens tabs and closes them after each test.</summary>
public abstract class TabTestBase(OneBrowser one) : BrowserTestBase, IClassFixture<OneBrowser>
{
    private readonly List<BrowserTab> _tabs = [];

    private protected async Task<BrowserInvocation> BrowserAsync() => await one.GetAsync(Launch);

    private protected async Task<BrowserTab> OpenAsync(bool shared = false)
    {
        var tab = await (await BrowserAsync()).OpenTabAsync(shared, Cancellation);
        _tabs.Add(tab);
        return tab;
    }

    private protected async Task<TabVisit> VisitAsync(Uri url, TimeSpan? deadline = null) =>
        await (await OpenAsync()).VisitAsync(url, deadline ?? Ample, Cancellation);

    public override async ValueTask DisposeAsync()
    {
        foreach (var tab in _tabs)
            await tab.CloseAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
