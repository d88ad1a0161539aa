using FunctionsCrawler.Browsing;
using FunctionsCrawler.Core.Tests.Browsing;
using FunctionsCrawler.Fetching;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Core.Tests.Fetching;

public sealed class BrowserSourceTests : BrowserTestBase, ILaunchAdmission, ILaunchToken, IBrowserObserver
{
    private int _places;

    long ILaunchToken.Bytes => 0;

    [Fact]
    public async Task Lease_WhoMeasuresItThrows_EndsTheBrowserAllTheSame()
    {
        var source = new BrowserSource(
            Launch,
            this,
            new BrowserRecycling(),
            this,
            NullLogger.Instance,
            TimeProvider.System
        );

        await Assert.ThrowsAsync<TimeZoneNotFoundException>(() => source.LeaseAsync(Cancellation));
        await source.DisposeAsync().AsTask().WaitAsync(Guard, Cancellation);

        AssertNothingLeft(Assert.Single(source.Receipts));
        Assert.Equal(0, _places);
    }

    Task<ILaunchToken> ILaunchAdmission.AdmitAsync(CancellationToken cancellationToken)
    {
        _places++;
        return Task.FromResult<ILaunchToken>(this);
    }

    void ILaunchToken.Started(BrowserInvocation browser) => throw new TimeZoneNotFoundException();

    void IDisposable.Dispose() => _places--;

    void IBrowserObserver.Started(BrowserInvocation browser) { }

    void IBrowserObserver.Ended(BrowserInvocation browser, BrowserReceipt receipt) { }
}
