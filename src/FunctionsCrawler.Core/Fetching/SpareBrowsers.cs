using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Memory;
using Microsoft.Extensions.Logging;

namespace FunctionsCrawler.Fetching;

/// <summary>
/// Launches browsers in advance, so that a scrape does not wait for a launch. A spare serves one invocation and is disposed
/// like any other; the next one is launched once memory is admitted. Under memory pressure spares are closed first.
/// </summary>
internal sealed class SpareBrowsers : IAsyncDisposable
{
    // Replace a browser that has been idle for long, so that leaks cannot accumulate.
    private static readonly TimeSpan MaxIdle = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan DelayAfterFailure = TimeSpan.FromSeconds(30);

    private readonly BrowserLaunch? _launch;
    private readonly MemoryGovernor _governor;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task[] _keepers;
    private readonly Spare?[] _spares;

    /// <summary>Starts launching.</summary>
    /// <param name="count">How many browsers are kept; 0 keeps none.</param>
    /// <param name="settings">How they are launched. Without a Chromium none are kept.</param>
    /// <param name="governor">Grants their memory.</param>
    /// <param name="logger">Receives a line for each spare that was closed unused.</param>
    /// <param name="time">The clock.</param>
    public SpareBrowsers(
        int count,
        Lazy<LaunchSettings> settings,
        MemoryGovernor governor,
        ILogger logger,
        TimeProvider time
    )
    {
        (_governor, _logger, _time) = (governor, logger, time);
        _launch = count > 0 ? settings.Value.Launch : null;
        _spares = new Spare?[_launch is null ? 0 : count];
        _keepers = [.. Enumerable.Range(0, _spares.Length).Select(slot => Task.Run(() => KeepAsync(slot)))];
    }

    /// <summary>The number of spares that are ready to be taken.</summary>
    public int Ready => _spares.Count(s => s is not null);

    /// <summary>Takes a spare. The caller owns it and its memory admission from then on.</summary>
    /// <returns>Null if no spare is ready.</returns>
    public BrowserInvocation? TryTake()
    {
        for (var slot = 0; slot < _spares.Length; slot++)
        {
            if (Interlocked.Exchange(ref _spares[slot], null) is not { } spare)
                continue;
            // Release the spare's memory admission before the new owner requests its own.
            spare.Release();
            spare.Taken.SetResult();
            return spare.Browser;
        }
        return null;
    }

    /// <summary>Closes the spares that were not taken.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_keepers).ConfigureAwait(false);
        _stopping.Dispose();
    }

    [SuppressMessage("Design", "CA1031", Justification = "A failed launch is logged and retried.")]
    private async Task KeepAsync(int slot)
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await KeepOneAsync(slot).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                BrowserLog.SpareFailed(_logger, e.Message);
                await PauseAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task KeepOneAsync(int slot)
    {
        using var memory = _governor.Enter(new DispatcherOptions(), pages: 1, alone: false, MaxIdle);
        using var place = await memory.AdmitAsync(_stopping.Token).ConfigureAwait(false);
        var browser = await BrowserInvocation.LaunchAsync(_launch!, _time, _stopping.Token).ConfigureAwait(false);
        place.Started(browser);
        var spare = new Spare(browser, memory, place);
        _spares[slot] = spare;
        using var expiry = new CancellationTokenSource(MaxIdle, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, _stopping.Token);
        var expired = Task.Delay(Timeout.InfiniteTimeSpan, _time, either.Token);
        while (!spare.Taken.Task.IsCompleted && !expired.IsCompleted && memory.State == MemoryState.Run)
            await Task.WhenAny(spare.Taken.Task, expired, memory.Sampled).ConfigureAwait(false);
        if (Interlocked.CompareExchange(ref _spares[slot], null, spare) != spare)
            return;
        var receipt = await browser.CloseAsync().ConfigureAwait(false);
        BrowserMetrics.Record(receipt);
        BrowserLog.Ended(_logger, receipt);
    }

    private async Task PauseAsync()
    {
        // WhenAny does not throw when the delay is cancelled by the disposal.
        await Task.WhenAny(Task.Delay(DelayAfterFailure, _time, _stopping.Token)).ConfigureAwait(false);
    }

    private sealed record Spare(BrowserInvocation Browser, ChunkMemory Memory, ILaunchToken Place)
    {
        public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // KeepOneAsync disposes both again, which has no effect.
        public void Release()
        {
            Place.Dispose();
            Memory.Dispose();
        }
    }
}
