using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Fetching;

/// <summary>Gives out one browser at a time, launches it when it is first needed and replaces it when it is retired.</summary>
/// <param name="launch">How browsers are started.</param>
/// <param name="observer">Told of every browser that starts and ends.</param>
/// <param name="time">The clock.</param>
[SuppressMessage("Design", "CA1001", Justification = "Late users still wait for their turn; nobody takes its handle.")]
public sealed class BrowserSource(BrowserLaunch launch, IBrowserObserver observer, TimeProvider time) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentQueue<BrowserReceipt> _receipts = new();
    private BrowserLease? _current;
    private bool _disposed;

    /// <summary>The receipts of the browsers that have ended, in order.</summary>
    public IReadOnlyList<BrowserReceipt> Receipts => [.. _receipts];

    /// <summary>The browser to use now.</summary>
    /// <exception cref="BrowserLaunchException">None could be started.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The lease owns the browser and RetireAsync ends both.")]
    internal async Task<BrowserLease> LeaseAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_current is not null)
                return _current;
            var browser = await BrowserInvocation.LaunchAsync(launch, time, cancellationToken).ConfigureAwait(false);
            // Owned before anybody hears of it: an observer that throws must not orphan it.
            var lease = _current = new BrowserLease(browser);
            observer.Started(browser);
            return lease;
        }
        catch (BrowserLaunchException e)
        {
            _receipts.Enqueue(e.Receipt);
            throw;
        }
        catch (BrowserLaunchCanceledException e)
        {
            _receipts.Enqueue(e.Receipt);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends a browser that is not to be used any more; visits in it are given up. The next lease gets a new one.</summary>
    internal async Task RetireAsync(BrowserLease? lease)
    {
        if (lease is null)
            return;
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_current != lease)
                return;
            await EndAsync(lease).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the current browser, if there is one, also one that is just starting; there will be no other.</summary>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            if (_current is { } lease)
                await EndAsync(lease).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task EndAsync(BrowserLease lease)
    {
        _current = null;
        await lease.RetireAsync().ConfigureAwait(false);
        var receipt = await lease.Browser.CloseAsync().ConfigureAwait(false);
        _receipts.Enqueue(receipt);
        observer.Ended(lease.Browser, receipt);
    }
}

/// <summary>Hears of browsers: the memory governor measures them, a live view shows them.</summary>
public interface IBrowserObserver
{
    /// <summary>A browser has started.</summary>
    void Started(BrowserInvocation browser);

    /// <summary>A browser has ended.</summary>
    void Ended(BrowserInvocation browser, BrowserReceipt receipt);
}

/// <summary>A browser in use, with its idle tabs, until it is retired.</summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "Late users still ask for its token; without a timer it holds nothing."
)]
internal sealed class BrowserLease(BrowserInvocation browser)
{
    private readonly CancellationTokenSource _retired = new();
    private readonly ConcurrentStack<BrowserTab> _idle = new();

    /// <summary>The browser.</summary>
    public BrowserInvocation Browser => browser;

    /// <summary>Cancelled when the browser is retired.</summary>
    public CancellationToken Retired => _retired.Token;

    /// <summary>
    /// An idle tab of the kind that is asked for which last visited the same host, or a new one; a new one for sure when
    /// it is to be fresh.
    /// </summary>
    public async Task<BrowserTab> TakeTabAsync(Uri url, bool shared, bool fresh, CancellationToken cancellationToken)
    {
        while (_idle.TryPop(out var tab))
        {
            if (
                !fresh
                && tab.IsShared == shared
                && string.Equals(tab.Authority, url.Authority, StringComparison.Ordinal)
            )
                return tab;
            await tab.CloseAsync().ConfigureAwait(false);
        }
        return await browser.OpenTabAsync(shared, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps a tab for the next visit, or closes it.</summary>
    public async Task GiveBackAsync(BrowserTab tab, bool reusable)
    {
        if (reusable)
            _idle.Push(tab);
        else if (!Retired.IsCancellationRequested)
            await tab.CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Gives up every visit in the browser.</summary>
    public Task RetireAsync() => _retired.CancelAsync();
}
