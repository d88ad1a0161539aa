using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using FunctionsCrawler.Gauntlet.Tests.Site;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>
/// Runs a chunk through every kind of await: launch, shared and separate tabs, navigation, settling, reading, clearing,
/// closing, an endless script, a retired browser and its successor, disposal. Injects a fault at the k-th await.
/// </summary>
internal sealed class FaultSweep(BrowserEngine engine, VisitOptions visits) : IAsyncDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private HostileSite _site = null!;

    public static async Task<FaultSweep> StartAsync(BrowserEngine engine, VisitOptions? visits = null)
    {
        var sweep = new FaultSweep(engine, visits ?? new VisitOptions()) { _site = await HostileSite.StartAsync() };
        sweep._site.Page("/state", "<p>state</p><script>localStorage.a = 1;</script>");
        sweep._site.Script("/slow", "for (let i = 0; i < 3; i++) setTimeout(() => document.body.append(i), i * 20);");
        sweep._site.Script("/endless", "for (;;) { }");
        return sweep;
    }

    /// <summary>Cancels the chunk at the k-th call of the clock.</summary>
    /// <returns>Whether there was a k-th call.</returns>
    public async Task<bool> CancelAtAsync(int k)
    {
        using var cancel = new CancellationTokenSource();
        var clock = new FaultyClock(k, cancel.Cancel);
        var chunk = new Chunk(
            new ChunkOptions
            {
                Engine = engine,
                Time = clock,
                Visits = visits,
            }
        );
        var e = await Record.ExceptionAsync(() => UseAsync(chunk, cancel.Token).WaitAsync(Guard));
        Assert.True(e is null or OperationCanceledException, $"Cancelled at {k}: {e}");
        await EndAsync(chunk, $"cancelled at {k}");
        return clock.WasReached;
    }

    /// <summary>Throws once, at the k-th call of the clock.</summary>
    /// <returns>Whether the k-th call came before the chunk was ended; while it ends, the clock does not throw.</returns>
    public async Task<bool> ThrowAtAsync(int k)
    {
        var (isEnding, thrown) = (false, false);
        var clock = new FaultyClock(
            k,
            () =>
            {
                if (Volatile.Read(ref isEnding))
                    return;
                thrown = true;
                throw new InjectedException();
            }
        );
        var chunk = new Chunk(
            new ChunkOptions
            {
                Engine = engine,
                Time = clock,
                Visits = visits,
            }
        );
        // The exception may have been translated into another one, so only require that the call completes.
        _ = await Record.ExceptionAsync(() => UseAsync(chunk, CancellationToken.None).WaitAsync(Guard));
        Volatile.Write(ref isEnding, true);
        await EndAsync(chunk, $"thrown at {k}");
        return thrown;
    }

    /// <summary>Runs the chunk with callbacks that throw.</summary>
    public async Task ThrowInAsync(Func<ChunkOptions, ChunkOptions> callback)
    {
        var chunk = new Chunk(callback(new ChunkOptions { Engine = engine }));
        var inUse = await Record.ExceptionAsync(() => UseAsync(chunk, CancellationToken.None).WaitAsync(Guard));
        var atEnd = await EndAsync(chunk, "a callback threw");
        Assert.True(inUse is InjectedException || atEnd is InjectedException, $"{inUse}; {atEnd}");
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    // Ending the chunk may throw the injected exception, but nothing may be left in any case.
    private static async Task<Exception?> EndAsync(Chunk chunk, string when)
    {
        var e = await Record.ExceptionAsync(chunk.EndAsync);
        Assert.True(e is null or InjectedException or OperationCanceledException, $"{when}: {e}");
        await chunk.AssertLeftNothingAsync();
        return e;
    }

    private async Task UseAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        foreach (var path in (string[])["/slow", "/state", "/missing"])
        {
            var result = await chunk.FetchAsync(_site.Url(path), RowRun.Ample, cancellationToken);
            Assert.Equal(path is "/missing", result.Error is { Code: ErrorCode.Http4xx });
        }
        await chunk.FetchAsync(_site.OtherHost("/"), RowRun.Ample, cancellationToken);
        await chunk.FetchAsync(_site.Url("/endless"), TimeSpan.FromMilliseconds(300), cancellationToken);
        await chunk.FetchAsync(_site.Url("/"), RowRun.Ample, cancellationToken);
    }
}

/// <summary>The exception that the fault tests inject.</summary>
internal sealed class InjectedException() : Exception("injected");
