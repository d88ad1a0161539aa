using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Crawls;

/// <summary>
/// The heartbeat of an owner of crawls: a blob that changes every ten seconds while the owner works for crawls, and for a
/// minute after that.
/// </summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    // Longer than the pauses between the activities of a crawl on Durable Functions.
    private static readonly TimeSpan Linger = TimeSpan.FromMinutes(1);

    private readonly IBlobStore _store;
    private readonly bool _isShared;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _beating;
    private long _keptAt;
    private bool _isWritten;
    private int _disposed;

    /// <summary>Creates the heartbeat. Nothing is written before the first <see cref="KeepAsync"/>.</summary>
    /// <param name="store">Where the heartbeat is written.</param>
    /// <param name="owner">The name of the owner.</param>
    /// <param name="isShared">Whether several processes write this heartbeat, as the workers of a Functions app do.</param>
    /// <param name="time">The clock.</param>
    public Heartbeat(IBlobStore store, string owner, bool isShared, TimeProvider time)
    {
        (_store, Owner, _isShared, _time) = (store, owner, isShared, time);
        _beating = Task.Run(BeatAsync);
    }

    /// <summary>The name of the owner.</summary>
    public string Owner { get; }

    /// <summary>Keeps the heartbeat going for another minute; writes it first if there is none.</summary>
    /// <exception cref="IOException">The store failed.</exception>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        Volatile.Write(ref _keptAt, _time.GetTimestamp());
        if (!Volatile.Read(ref _isWritten))
            await WriteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stops and removes the heartbeat. If that fails, it expires.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(Period, _time);
            await RemoveAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Other processes notice when it does not change any more.
        }
        _stopping.Dispose();
        _writing.Dispose();
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Period, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false))
                await TryBeatAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task TryBeatAsync()
    {
        try
        {
            if (!Volatile.Read(ref _isWritten))
                return;
            if (_time.GetElapsedTime(Volatile.Read(ref _keptAt)) < Linger)
                await WriteAsync(_stopping.Token).ConfigureAwait(false);
            else
                await RemoveAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The store is unavailable. The next beat may succeed, and nobody else can take a crawl meanwhile.
        }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var beat = OwnerBeat.OfThisProcess(_isShared);
            await _store
                .PutJsonAsync(
                    CrawlLayout.Heartbeat(Owner),
                    beat,
                    CrawlJson.Default.OwnerBeat,
                    PutCondition.None,
                    cancellationToken
                )
                .ConfigureAwait(false);
            Volatile.Write(ref _isWritten, true);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task RemoveAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Another worker of the app may still need it.
            if (_isWritten && !_isShared)
                await _store.DeleteAsync(CrawlLayout.Heartbeat(Owner), cancellationToken).ConfigureAwait(false);
            _isWritten = false;
        }
        finally
        {
            _writing.Release();
        }
    }
}
