using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>One browser for the tests of a class: each opens tabs of its own.</summary>
public sealed class OneBrowser : IAsyncDisposable
{
    private BrowserInvocation? _browser;

    public async Task<BrowserInvocation> GetAsync(BrowserLaunch launch) =>
        _browser ??= await BrowserInvocation.LaunchAsync(launch, TimeProvider.System, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
    }
}

/// <summary>What the tests of <see cref="BrowserTab"/> share.</summary>
public abstract class TabTestBase(OneBrowser one) : BrowserTestBase, IClassFixture<OneBrowser>
{
    private readonly List<BrowserTab> _tabs = [];

    protected async Task<BrowserInvocation> BrowserAsync() => await one.GetAsync(Launch);

    protected async Task<BrowserTab> OpenAsync(bool shared = false)
    {
        var tab = await (await BrowserAsync()).OpenTabAsync(shared, Cancellation);
        _tabs.Add(tab);
        return tab;
    }

    protected async Task<TabVisit> VisitAsync(Uri url, TimeSpan? deadline = null) =>
        await (await OpenAsync()).VisitAsync(url, deadline ?? Ample, Cancellation);

    public override async ValueTask DisposeAsync()
    {
        foreach (var tab in _tabs)
            await tab.CloseAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
