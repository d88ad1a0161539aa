using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Fetching;

/// <summary>A browser in use, with its place in memory and its idle tabs, until it is retired.</summary>
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "Late users still ask for its token; without a timer it holds nothing."
)]
internal sealed class BrowserLease(BrowserInvocation browser, ILaunchToken token, long since)
{
    private readonly CancellationTokenSource _retired = new();
    private readonly ConcurrentStack<BrowserTab> _idle = new();
    private readonly Lock _lock = new();
    private TaskCompletionSource _emptied = NewSignal();
    private int _users;

    /// <summary>The browser.</summary>
    public BrowserInvocation Browser => browser;

    /// <summary>Its place in memory.</summary>
    public ILaunchToken Token => token;

    /// <summary>The timestamp of its launch.</summary>
    public long Since => since;

    /// <summary>Cancelled when the browser is retired.</summary>
    public CancellationToken Retired => _retired.Token;

    /// <summary>Takes note of a visit that begins to use it.</summary>
    public void Enter()
    {
        lock (_lock)
        {
            if (_users++ == 0 && _emptied.Task.IsCompleted)
                _emptied = NewSignal();
        }
    }

    /// <summary>Takes note of a visit that does not use it any more.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (--_users == 0)
                _emptied.TrySetResult();
        }
    }

    /// <summary>Completes when no visit uses it.</summary>
    public Task Emptied()
    {
        lock (_lock)
            return _users == 0 ? Task.CompletedTask : _emptied.Task;
    }

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

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
