using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Gives out one browser at a time: launches it when it is first needed and there is memory for it, and replaces it when
/// it is retired or has done enough.
/// </summary>
/// <param name="launch">How browsers are started.</param>
/// <param name="admission">Says when there is memory for one.</param>
/// <param name="recycling">When one has done enough.</param>
/// <param name="observer">Told of every browser that starts and ends.</param>
/// <param name="logger">Gets one line for each browser.</param>
/// <param name="time">The clock.</param>
[SuppressMessage("Design", "CA1001", Justification = "Late users still wait for their turn; nobody takes its handle.")]
public sealed class BrowserSource(
    BrowserLaunch launch,
    ILaunchAdmission admission,
    BrowserRecycling recycling,
    IBrowserObserver observer,
    ILogger logger,
    TimeProvider time
) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentQueue<BrowserReceipt> _receipts = new();
    private readonly CancellationTokenSource _closing = new();
    private volatile BrowserLease? _current;
    private bool _disposed;

    /// <summary>The receipts of the browsers that have ended, in order.</summary>
    public IReadOnlyList<BrowserReceipt> Receipts => [.. _receipts];

    /// <summary>The browser to use now; to be given back by <see cref="BrowserLease.Leave"/>.</summary>
    /// <exception cref="BrowserLaunchException">None could be started.</exception>
    /// <exception cref="LaunchNotAdmittedException">There was no memory for one in time.</exception>
    /// <exception cref="WorkerExhaustedException">There will be none while this process lives.</exception>
    internal async Task<BrowserLease> LeaseAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task emptied;
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (_current is { } used && IsDone(used))
                {
                    emptied = used.Emptied();
                    if (emptied.IsCompleted)
                        await EndAsync(used).ConfigureAwait(false);
                }
                else
                {
                    var lease = _current ??= await LaunchAsync(cancellationToken).ConfigureAwait(false);
                    lease.Enter();
                    return lease;
                }
            }
            finally
            {
                _turn.Release();
            }
            // The visits that are under way in it end first; meanwhile none begins.
            await emptied.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends a browser that is not to be used any more; visits in it are given up. The next lease gets a new one.</summary>
    internal async Task RetireAsync(BrowserLease? lease)
    {
        // Whoever ends it already may wait long for the memory of the next one.
        if (lease is null || _current != lease)
            return;
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_current == lease)
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
        await _closing.CancelAsync().ConfigureAwait(false);
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

    private bool IsDone(BrowserLease lease) =>
        lease.Browser.Visits >= recycling.AfterPages
        || time.GetElapsedTime(lease.Since).TotalSeconds >= recycling.AfterSeconds
        || lease.Token.Bytes >> 20 >= recycling.AboveMegabytes;

    [SuppressMessage("Reliability", "CA2000", Justification = "The lease owns browser and token; EndAsync ends both.")]
    private async Task<BrowserLease> LaunchAsync(CancellationToken cancellationToken)
    {
        ILaunchToken token;
        using (var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token))
            token = await admission.AdmitAsync(waiting.Token).ConfigureAwait(false);
        try
        {
            var since = time.GetTimestamp();
            var browser = await BrowserInvocation.LaunchAsync(launch, time, cancellationToken).ConfigureAwait(false);
            // Owned before anything else may fail, or nobody would end it.
            var lease = _current = new BrowserLease(browser, token, since);
            token.Started(browser);
            observer.Started(browser);
            return lease;
        }
        catch (BrowserLaunchException e)
        {
            Keep(e.Receipt);
            throw;
        }
        catch (BrowserLaunchCanceledException e)
        {
            Keep(e.Receipt);
            throw;
        }
        finally
        {
            if (_current is null)
                token.Dispose();
        }
    }

    private async Task EndAsync(BrowserLease lease)
    {
        _current = null;
        await lease.RetireAsync().ConfigureAwait(false);
        var receipt = await lease.Browser.CloseAsync().ConfigureAwait(false);
        lease.Token.Dispose();
        Keep(receipt);
        observer.Ended(lease.Browser, receipt);
    }

    private void Keep(BrowserReceipt receipt)
    {
        _receipts.Enqueue(receipt);
        BrowserMetrics.Record(receipt);
        BrowserLog.Ended(logger, receipt);
    }
}

/// <summary>Hears of browsers, for a live view.</summary>
public interface IBrowserObserver
{
    /// <summary>A browser has started.</summary>
    void Started(BrowserInvocation browser);

    /// <summary>A browser has ended.</summary>
    void Ended(BrowserInvocation browser, BrowserReceipt receipt);
}
