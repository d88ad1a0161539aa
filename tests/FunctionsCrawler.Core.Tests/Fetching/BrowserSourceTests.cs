using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Browsing;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Core.Tests.Fetching;

public sealed class BrowserSourceTests : BrowserTestBase, ILaunchAdmission, ILaunchToken, IBrowserObserver
{
    private int _admitted;

    long ILaunchToken.Bytes => 0;

    [Fact]
    public async Task Lease_LaunchTokenThrows_StillDisposesTheBrowser()
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
        Assert.Equal(0, _admitted);
    }

    Task<ILaunchToken> ILaunchAdmission.AdmitAsync(CancellationToken cancellationToken)
    {
        _admitted++;
        return Task.FromResult<ILaunchToken>(this);
    }

    void ILaunchToken.Started(BrowserInvocation browser) => throw new TimeZoneNotFoundException();

    void IDisposable.Dispose() => _admitted--;

    void IBrowserObserver.Started(BrowserInvocation browser) { }

    void IBrowserObserver.Ended(BrowserInvocation browser, BrowserReceipt receipt) { }
}
