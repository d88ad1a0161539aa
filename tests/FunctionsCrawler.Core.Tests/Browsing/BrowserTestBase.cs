using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Tests that start browsers run sequentially, after all other tests.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class BrowserCollection
{
    public const string Name = "Browsers";
}

/// <summary>Base of tests with a browser: launches browsers, serves a test site, and checks for residue.</summary>
[Collection(BrowserCollection.Name)]
[Needs(Need.Chromium)]
public abstract class BrowserTestBase : IAsyncLifetime
{
    /// <summary>Not a limit of the product: makes a hung test fail instead of hanging the run.</summary>
    protected static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    protected static readonly TimeSpan Ample = TimeSpan.FromSeconds(30);

    private readonly List<BrowserInvocation> _launched = [];

    private protected TestSite Site { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The engine under test; subclasses run the same tests with Playwright.</summary>
    private protected virtual BrowserEngine Engine => BrowserEngine.Pipe;

    private protected BrowserLaunch Launch
    {
        get
        {
            var chromium = ChromiumLocator.Find(out var fault);
            Requires.Installed(Need.Chromium, chromium is not null, $"No browser: {fault}");
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
        // A browser that a failed test did not close would make all later tests fail.
        foreach (var browser in _launched)
            await browser.CloseAsync().WaitAsync(Guard);
        await Site.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task<BrowserInvocation> LaunchAsync(BrowserLaunch? launch = null)
    {
        var browser = await BrowserInvocation.LaunchAsync(launch ?? Launch, TimeProvider.System, Cancellation);
        lock (_launched)
            _launched.Add(browser);
        return browser;
    }

    /// <summary>Closes the browser and verifies, independently of the receipt, that nothing is left.</summary>
    private protected static async Task<BrowserReceipt> CloseCleanAsync(BrowserInvocation browser)
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

    /// <summary>Polls until a condition is true; fails after <see cref="Guard"/>.</summary>
    protected static async Task UntilAsync(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(started) < Guard,
                "the condition did not become true in time"
            );
            await Task.Delay(10, Cancellation);
        }
    }
}
