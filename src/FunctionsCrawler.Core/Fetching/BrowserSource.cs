using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Provides one browser at a time. Launches it on first use once memory is admitted, and replaces it when it is retired or due
/// for recycling.
/// </summary>
/// <param name="launch">How browsers are launched.</param>
/// <param name="admission">Grants memory for launches.</param>
/// <param name="recycling">When to replace a browser.</param>
/// <param name="observer">Notified of every browser that starts or ends.</param>
/// <param name="logger">Receives one line per browser.</param>
/// <param name="time">The clock.</param>
/// <param name="spares">Browsers launched in advance, used before a new one is launched.</param>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "Late users still wait on the semaphore; its wait handle is never used."
)]
internal sealed class BrowserSource(
    BrowserLaunch launch,
    ILaunchAdmission admission,
    BrowserRecycling recycling,
    IBrowserObserver observer,
    ILogger logger,
    TimeProvider time,
    SpareBrowsers? spares = null
) : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly ConcurrentQueue<BrowserReceipt> _receipts = new();
    private readonly CancellationTokenSource _closing = new();
    private volatile BrowserLease? _current;
    private bool _disposed;

    /// <summary>The receipts of all ended browsers, in the order they ended.</summary>
    public IReadOnlyList<BrowserReceipt> Receipts => [.. _receipts];

    /// <summary>
    /// Returns the current browser, launching one if necessary. The caller must call <see cref="BrowserLease.Leave"/>.
    /// </summary>
    /// <exception cref="BrowserLaunchException">No browser could be started.</exception>
    /// <exception cref="LaunchNotAdmittedException">No memory was admitted in time.</exception>
    /// <exception cref="WorkerExhaustedException">This process has no memory left for browsers.</exception>
    internal async Task<BrowserLease> LeaseAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task emptied;
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (_current is { } used && IsDueForRecycling(used))
                {
                    emptied = used.Emptied();
                    if (emptied.IsCompleted)
                        await CloseAsync(used).ConfigureAwait(false);
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
            // Wait until the visits in the old browser have ended. No visit starts in the meantime.
            await emptied.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Disposes an unusable browser and cancels the visits in it. The next lease gets a new browser.</summary>
    internal async Task RetireAsync(BrowserLease? lease)
    {
        // Return early if it was replaced: the turn may be held for long by a launch that waits for memory.
        if (lease is null || _current != lease)
            return;
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_current == lease)
                await CloseAsync(lease).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Disposes the current browser, even one that is still starting. No other browser is launched afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _disposed = true;
            if (_current is { } lease)
                await CloseAsync(lease).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool IsDueForRecycling(BrowserLease lease) =>
        lease.Browser.Visits >= recycling.AfterPages
        || time.GetElapsedTime(lease.Since).TotalSeconds >= recycling.AfterSeconds
        || lease.Token.Bytes >> 20 >= recycling.AboveMegabytes;

    [SuppressMessage(
        "Reliability",
        "CA2000",
        Justification = "The lease owns browser and token; CloseAsync ends both."
    )]
    private async Task<BrowserLease> LaunchAsync(CancellationToken cancellationToken)
    {
        var (token, spare) = await AdmitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var since = time.GetTimestamp();
            var browser =
                spare ?? await BrowserInvocation.LaunchAsync(launch, time, cancellationToken).ConfigureAwait(false);
            // Assign it before anything else can fail, so that it is disposed in any case.
            var lease = _current = new BrowserLease(browser, token, since);
            token.Started(browser);
            observer.Started(browser);
            return lease;
        }
        catch (BrowserLaunchException e)
        {
            AddReceipt(e.Receipt);
            throw;
        }
        catch (BrowserLaunchCanceledException e)
        {
            AddReceipt(e.Receipt);
            throw;
        }
        finally
        {
            if (_current is null)
                token.Dispose();
        }
    }

    // Use a spare only if memory is admitted immediately: while the owner waits, the spare's memory would not be counted.
    private async Task<(ILaunchToken Token, BrowserInvocation? Spare)> AdmitAsync(CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        var spare = spares?.TryTake();
        var admitting = admission.AdmitAsync(waiting.Token);
        if (spare is not null && !admitting.IsCompletedSuccessfully)
        {
            AddReceipt(await spare.CloseAsync().ConfigureAwait(false));
            spare = null;
        }
        return (await admitting.ConfigureAwait(false), spare);
    }

    private async Task CloseAsync(BrowserLease lease)
    {
        _current = null;
        await lease.RetireAsync().ConfigureAwait(false);
        var receipt = await lease.Browser.CloseAsync().ConfigureAwait(false);
        lease.Token.Dispose();
        AddReceipt(receipt);
        observer.Ended(lease.Browser, receipt);
    }

    private void AddReceipt(BrowserReceipt receipt)
    {
        _receipts.Enqueue(receipt);
        BrowserMetrics.Record(receipt);
        BrowserLog.Ended(logger, receipt);
    }
}

/// <summary>Notified of browsers, for live views. Must not throw or block.</summary>
internal interface IBrowserObserver
{
    /// <summary>A browser has started.</summary>
    void Started(BrowserInvocation browser);

    /// <summary>A browser has ended.</summary>
    void Ended(BrowserInvocation browser, BrowserReceipt receipt);
}
