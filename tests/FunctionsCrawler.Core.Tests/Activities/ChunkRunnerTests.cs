using FunctionsCrawler.Activities;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Orchestration;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Memory;
using FunctionsCrawler.Scraping;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Activities;

public sealed class ChunkRunnerTests : IAsyncDisposable
{
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(5);

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryGovernor _governor;
    private readonly ChunkMemory _memory;
    private readonly CancellationTokenSource _drain = new();
    private readonly List<string> _started = [];
    private long _used;

    public ChunkRunnerTests()
    {
        _governor = new MemoryGovernor(100, _time, new WorkerMemory(() => _used, () => _used, () => _used));
        _memory = _governor.Enter(new DispatcherOptions(), 1, alone: false, Budget);
    }

    public async ValueTask DisposeAsync()
    {
        _memory.Dispose();
        await _governor.DisposeAsync();
        _drain.Dispose();
    }

    [Fact]
    public async Task Run_AllVisitsEnd_ReturnsARecordPerUrlInOrder()
    {
        var random = new Random(1);
        var chunk = Chunk(25, pages: 4);
        var items = await RunAsync(
            chunk,
            async (url, token) =>
            {
                await Task.Delay(random.Next(4), token);
                return Page(url);
            }
        );
        Assert.Equal(chunk.Urls.Select(u => u.Url), items.Select(i => i.Page!.Record.Url));
        Assert.Equal(25, _started.Count);
    }

    [Fact]
    public async Task Run_SeveralHosts_NeverExceedsPagesOrPagesPerHost()
    {
        var (inFlight, most) = (new List<string>(), 0);
        var chunk = new PlannedChunk([.. Enumerable.Range(0, 24).Select(i => Url(i, $"h{i / 8}"))], 5, 2);
        await RunAsync(
            chunk,
            async (url, token) =>
            {
                lock (inFlight)
                {
                    inFlight.Add(new Uri(url.Url).Host);
                    most = Math.Max(most, inFlight.Count);
                    Assert.All(
                        inFlight.CountBy(h => h, StringComparer.Ordinal),
                        host => Assert.InRange(host.Value, 1, 2)
                    );
                }
                await Task.Delay(3, token);
                lock (inFlight)
                    inFlight.Remove(new Uri(url.Url).Host);
                return Page(url);
            }
        );
        Assert.Equal(5, most);
    }

    [Fact]
    public async Task Run_NoBudget_VisitsOneAndHandsBackTheRest()
    {
        var items = await RunAsync(Chunk(5, pages: 3), (url, _) => Task.FromResult(Page(url)), TimeSpan.Zero);
        Assert.NotNull(items[0].Page);
        Assert.All(items.Skip(1), i => Assert.Equal(HandBackReason.Deadline, i.HandBack));
    }

    [Fact]
    public async Task Run_Drained_AbortsVisitsAndHandsBackTheRest()
    {
        var items = await RunAsync(
            Chunk(6, pages: 2),
            async (url, token) =>
            {
                if (_started.Count > 2)
                    await _drain.CancelAsync();
                if (_started.Count > 1)
                    await Task.Delay(Timeout.Infinite, token);
                return Page(url);
            }
        );
        Assert.NotNull(items[0].Page);
        Assert.All(items.Skip(1), i => Assert.Equal(HandBackReason.Drain, i.HandBack));
    }

    [Fact]
    public async Task Run_MemoryShed_HandsBackStartedUrlsAsMemoryAndOthersUntouched()
    {
        var items = await RunAsync(
            Chunk(6, pages: 2),
            async (_, token) =>
            {
                if (_started.Count == 2)
                    Use(96);
                await Task.Delay(Timeout.Infinite, token);
                throw new NotSupportedException();
            }
        );
        Assert.All(items.Take(2), i => Assert.Equal(HandBackReason.Memory, i.HandBack));
        Assert.All(items.Skip(2), i => Assert.Equal(HandBackReason.MemoryUntouched, i.HandBack));
    }

    [Fact]
    public async Task Run_UrlHandedBackThreeTimesForMemory_MemoryRecordWithoutAVisit()
    {
        var url = Url(0, "h") with { MemoryHandBacks = 3 };
        var items = await RunAsync(new PlannedChunk([url], 1, 1), (_, _) => throw new NotSupportedException());
        Assert.Equal(ErrorCode.Memory, items.Single().Page!.Record.Error!.Code);
        Assert.Equal(3, items.Single().Page!.Record.Attempts);
    }

    [Fact]
    public async Task Run_GovernorPaused_VisitsOneAtATime()
    {
        Use(85);
        var (inFlight, most) = (0, 0);
        var items = await RunAsync(
            Chunk(5, pages: 5),
            async (url, token) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref inFlight));
                await Task.Delay(2, token);
                Interlocked.Decrement(ref inFlight);
                return Page(url);
            }
        );
        Assert.All(items, i => Assert.NotNull(i.Page?.Record));
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task Run_BrowserLaunchNotAdmitted_HandsBackUntouched()
    {
        var items = await RunAsync(
            Chunk(3, pages: 2),
            (_, _) =>
            {
                _time.Advance(Budget);
                throw new LaunchNotAdmittedException("no room");
            }
        );
        Assert.Equal(HandBackReason.MemoryUntouched, items[0].HandBack);
        Assert.All(items, i => Assert.Null(i.Page?.Record));
        Assert.DoesNotContain(items, i => i.HandBack == HandBackReason.Memory);
    }

    [Fact]
    public async Task Run_VisitThrows_CancelsAndAwaitsTheOthersAndThrows()
    {
        var ended = 0;
        var failure = await Assert.ThrowsAsync<IOException>(() =>
            RunAsync(
                Chunk(10, pages: 3),
                async (url, token) =>
                {
                    if (url.Url.EndsWith("/2", StringComparison.Ordinal))
                        throw new IOException("no browser");
                    try
                    {
                        await Task.Delay(Timeout.Infinite, token);
                    }
                    finally
                    {
                        ended++;
                    }
                    return Page(url);
                }
            )
        );
        Assert.Equal("no browser", failure.Message);
        Assert.Equal(2, ended);
        Assert.Equal(3, _started.Count);
    }

    [Fact]
    public async Task Run_NoTurnWithinTheBudget_HandsBackWithoutAVisit()
    {
        var maxWait = TimeSpan.Zero;
        var items = await RunAsync(
            Chunk(2, pages: 2),
            (url, _) => Task.FromResult(Page(url)),
            waitTurn: (url, wait, _) =>
            {
                maxWait = wait;
                return Task.FromResult<IDisposable?>(url.AbsolutePath == "/0" ? null : new CancellationTokenSource());
            }
        );
        Assert.Equal(Budget, maxWait);
        Assert.Equal([HandBackReason.Deadline, null], items.Select(i => i.HandBack));
        Assert.Equal(["http://h/1"], _started);
    }

    [Fact]
    public async Task Run_ShedWhileWaitingForATurn_DoesNotCountAgainstTheUrl()
    {
        var waiting = new TaskCompletionSource();
        var running = RunAsync(
            Chunk(1, pages: 1),
            (url, _) => Task.FromResult(Page(url)),
            waitTurn: async (_, _, token) =>
            {
                waiting.SetResult();
                await Task.Delay(Timeout.Infinite, token);
                return null;
            }
        );
        await waiting.Task;
        await _drain.CancelAsync();
        Assert.Equal([HandBackReason.Drain], (await running).Select(i => i.HandBack));
        Assert.Empty(_started);
    }

    [Fact]
    public async Task Run_VisitEnds_DisposesItsTurn()
    {
        var turn = new CancellationTokenSource();
        await RunAsync(
            Chunk(1, pages: 1),
            (url, _) => Task.FromResult(Page(url)),
            waitTurn: (_, _, _) => Task.FromResult<IDisposable?>(turn)
        );
        Assert.Throws<ObjectDisposedException>(() => turn.Token);
    }

    private Task<IReadOnlyList<ChunkItem>> RunAsync(
        PlannedChunk chunk,
        Func<FrontierUrl, CancellationToken, Task<PageRecord>> visit,
        TimeSpan? budget = null,
        Func<Uri, TimeSpan, CancellationToken, Task<IDisposable?>>? waitTurn = null
    )
    {
        var runner = new ChunkRunner(
            async (url, token) =>
            {
                lock (_started)
                    _started.Add(url.Url);
                return new ScrapedPage(await visit(url, token));
            },
            waitTurn ?? ((_, _, _) => Task.FromResult<IDisposable?>(new CancellationTokenSource())),
            _memory,
            new CrawlRig.Unobserved(),
            _time
        );
        return runner.RunAsync(chunk, budget ?? Budget, _drain.Token).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private void Use(long percent)
    {
        _used = percent;
        _governor.Sample();
    }

    private static PlannedChunk Chunk(int urls, int pages) =>
        new([.. Enumerable.Range(0, urls).Select(i => Url(i, "h"))], pages, pages);

    private static FrontierUrl Url(int number, string host) => new($"http://{host}/{number}", 0, null);

    private static PageRecord Page(FrontierUrl url) => new() { Url = url.Url };
}
