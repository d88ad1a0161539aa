using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Memory;

namespace FunctionsCrawler.Fetching;

/// <summary>A browser in use, with its memory admission and its idle tabs, until it is retired.</summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "Late users still read the token; a source without a timer holds no resources."
)]
internal sealed class BrowserLease(BrowserInvocation browser, ILaunchToken token, long since)
{
    private readonly CancellationTokenSource _retired = new();
    private readonly ConcurrentStack<BrowserTab> _idle = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _emptied = NewSignal();
    private int _users;

    public BrowserInvocation Browser => browser;

    /// <summary>The memory admission of the browser.</summary>
    public ILaunchToken Token => token;

    /// <summary>The timestamp of the launch (<see cref="TimeProvider.GetTimestamp"/>).</summary>
    public long Since => since;

    /// <summary>Cancelled when the browser is retired.</summary>
    public CancellationToken Retired => _retired.Token;

    /// <summary>Counts a visit that uses the browser.</summary>
    public void Enter()
    {
        lock (_lock)
        {
            if (_users++ == 0 && _emptied.Task.IsCompleted)
                _emptied = NewSignal();
        }
    }

    /// <summary>Reports that a visit no longer uses the browser.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_users == 0)
                _emptied.TrySetResult();
        }
    }

    /// <summary>Completes when no visit uses the browser.</summary>
    public Task Emptied()
    {
        lock (_lock)
            return _users == 0 ? Task.CompletedTask : _emptied.Task;
    }

    /// <summary>
    /// Returns an idle tab that last visited the same host and is <paramref name="shared"/> or not as requested, otherwise a
    /// new tab. Always a new tab if <paramref name="fresh"/> is true.
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

    /// <summary>Keeps a reusable tab for the next visit; closes any other.</summary>
    public async Task GiveBackAsync(BrowserTab tab, bool reusable)
    {
        if (reusable)
            _idle.Push(tab);
        else if (!Retired.IsCancellationRequested)
            await tab.CloseAsync().ConfigureAwait(false);
    }

    /// <summary>Cancels all visits in the browser.</summary>
    public Task RetireAsync() => _retired.CancelAsync();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
