using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Tests that start browsers run one after another, and after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrowserCollection
{
    public const string Name = "Browsers";
}

/// <summary>What the tests with a browser share: starting one, a site, and a look at what it left.</summary>
[Collection(BrowserCollection.Name)]
public abstract class BrowserTestBase : IAsyncLifetime
{
    /// <summary>No bound of the product: a hung test fails instead of hanging the run.</summary>
    protected static readonly TimeSpan Guard = TimeSpan.FromSeconds(20);

    protected static readonly TimeSpan Ample = TimeSpan.FromSeconds(30);

    private readonly List<BrowserInvocation> _launched = [];

    private protected TestSite Site { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What stands between the tests and Chromium.</summary>
    protected virtual BrowserEngine Engine => BrowserEngine.Pipe;

    protected BrowserLaunch Launch
    {
        get
        {
            var chromium = ChromiumLocator.Find(out var fault);
            if (chromium is null)
                Assert.Skip(fault!);
            return new BrowserLaunch
            {
                ExecutablePath = chromium.Path,
                UserAgent = "FunctionsCrawler.Tests",
                Engine = Engine,
                Sandbox = chromium.Sandbox.IsOn,
            };
        }
    }

    public virtual async ValueTask InitializeAsync() => Site = await TestSite.StartAsync();

    public virtual async ValueTask DisposeAsync()
    {
        // What a failed test did not come to close would fail all tests after it.
        foreach (var browser in _launched)
            await browser.CloseAsync().WaitAsync(Guard);
        await Site.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<BrowserInvocation> LaunchAsync(BrowserLaunch? launch = null)
    {
        var browser = await BrowserInvocation.LaunchAsync(launch ?? Launch, TimeProvider.System, Cancellation);
        lock (_launched)
            _launched.Add(browser);
        return browser;
    }

    /// <summary>Closes, within the guard, and proves by a look of its own that nothing is left.</summary>
    protected static async Task<BrowserReceipt> CloseCleanAsync(BrowserInvocation browser)
    {
        var receipt = await browser.CloseAsync().WaitAsync(Guard, Cancellation);
        AssertNothingLeft(receipt);
        return receipt;
    }

    protected static void AssertNothingLeft(BrowserReceipt receipt)
    {
        Assert.Equal(0, receipt.ProcessesLeft);
        Assert.Equal(0, receipt.BytesLeft);
        Assert.Equal(0, receipt.SocketsLeft);
        Assert.True(receipt.IsClean);
        Assert.Empty(Leftovers.Showing(receipt.Invocation));
        Assert.Empty(Leftovers.Zombies());
        Assert.False(Directory.Exists(Leftovers.TempRoot(receipt.Invocation)));
        Assert.False(File.Exists(Leftovers.TempRoot(receipt.Invocation) + ".lock"));
    }

    /// <summary>Waits for something that will come to pass; the guard ends the wait if it does not.</summary>
    protected static async Task UntilAsync(Func<bool> condition)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < Guard, "it did not come to pass");
            await Task.Delay(10, Cancellation);
        }
    }
}
