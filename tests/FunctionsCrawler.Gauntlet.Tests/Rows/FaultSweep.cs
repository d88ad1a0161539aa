using FunctionsCrawler.Browsing;
using FunctionsCrawler.Fetching;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using FunctionsCrawler.Gauntlet.Tests.Site;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>
/// One life of a chunk that passes every kind of await: launch, tabs shared and alone, navigation, settling, reading,
/// clearing, closing, an endless script, a retired browser and its successor, disposal. Faults are put in at the k-th.
/// </summary>
internal sealed class FaultSweep(BrowserEngine engine) : IAsyncDisposable
{
    private static readonly TimeSpan Guard = TimeSpan.FromSeconds(60);

    private HostileSite _site = null!;

    public static async Task<FaultSweep> StartAsync(BrowserEngine engine)
    {
        var sweep = new FaultSweep(engine) { _site = await HostileSite.StartAsync() };
        sweep._site.Page("/state", "<p>state</p><script>localStorage.a = 1;</script>");
        sweep._site.Script("/slow", "for (let i = 0; i < 3; i++) setTimeout(() => document.body.append(i), i * 20);");
        sweep._site.Script("/endless", "for (;;) { }");
        return sweep;
    }

    /// <summary>Cancels at the k-th call of the clock.</summary>
    /// <returns>Whether there was a k-th call.</returns>
    public async Task<bool> CancelAtAsync(int k)
    {
        using var cancel = new CancellationTokenSource();
        var clock = new FaultyClock(k, cancel.Cancel);
        var chunk = new Chunk(new ChunkOptions { Engine = engine, Time = clock });
        var e = await Record.ExceptionAsync(() => LiveAsync(chunk, cancel.Token).WaitAsync(Guard));
        Assert.True(e is null or OperationCanceledException, $"Cancelled at {k}: {e}");
        await EndAsync(chunk, $"cancelled at {k}");
        return clock.WasReached;
    }

    /// <summary>Throws at the k-th call of the clock, once.</summary>
    /// <returns>Whether the k-th call came before the chunk's end: what ends it has no use for a clock that throws.</returns>
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
        var chunk = new Chunk(new ChunkOptions { Engine = engine, Time = clock });
        // Where it was thrown inside a call that translates failures it comes as another; it must only come to an end.
        _ = await Record.ExceptionAsync(() => LiveAsync(chunk, CancellationToken.None).WaitAsync(Guard));
        Volatile.Write(ref isEnding, true);
        await EndAsync(chunk, $"thrown at {k}");
        return thrown;
    }

    /// <summary>Lives with callbacks that throw.</summary>
    public async Task ThrowInAsync(Func<ChunkOptions, ChunkOptions> callback)
    {
        var chunk = new Chunk(callback(new ChunkOptions { Engine = engine }));
        var living = await Record.ExceptionAsync(() => LiveAsync(chunk, CancellationToken.None).WaitAsync(Guard));
        var ending = await EndAsync(chunk, "a callback threw");
        Assert.True(living is InjectedException || ending is InjectedException, $"{living}; {ending}");
    }

    public ValueTask DisposeAsync() => _site.DisposeAsync();

    // What the end throws is told, and changes nothing: nothing may be left.
    private static async Task<Exception?> EndAsync(Chunk chunk, string when)
    {
        var e = await Record.ExceptionAsync(chunk.EndAsync);
        Assert.True(e is null or InjectedException or OperationCanceledException, $"{when}: {e}");
        await chunk.AssertLeftNothingAsync();
        return e;
    }

    private async Task LiveAsync(Chunk chunk, CancellationToken cancellationToken)
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

/// <summary>What the tests throw.</summary>
internal sealed class InjectedException() : Exception("injected");
