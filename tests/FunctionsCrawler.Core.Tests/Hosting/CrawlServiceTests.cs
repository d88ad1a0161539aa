using FunctionsCrawler.Activities;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Core.Tests.Blobs;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Orchestration;
using Microsoft.Extensions.Time.Testing;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>Acceptance and deletion of crawls, interrupted at every step.</summary>
public sealed class CrawlServiceTests
{
    private static readonly CrawlRequest Request = new() { Urls = ["https://a.example/"] };

    private readonly MemoryBlobStore _store = new();
    private readonly RecordingScheduler _scheduler = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private CrawlService Service => new(_store, _scheduler, new SoleOwnership(), _time);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Accept_CrashBeforeAnyWriteThenRepeated_OneCrawl(int writes)
    {
        var left = writes;
        var failing = new InterceptedStore(_store)
        {
            Before = (operation, _) =>
                operation is "put" && left-- == 0 ? throw new IOException("killed") : Task.CompletedTask,
        };
        if (writes < 3)
            await Assert.ThrowsAsync<IOException>(() =>
                new CrawlService(failing, _scheduler, new SoleOwnership(), _time).AcceptAsync(
                    "a",
                    Request,
                    Cancellation
                )
            );
        else
            await new CrawlService(failing, _scheduler, new SoleOwnership(), _time).AcceptAsync(
                "a",
                Request,
                Cancellation
            );
        _time.Advance(TimeSpan.FromSeconds(5));

        await Service.AcceptAsync("a", Request, Cancellation);

        Assert.Contains("a", _scheduler.Scheduled);
        Assert.Equal("a", Assert.Single((await ListAsync()).Items).Id);
        // The stale index entry of the interrupted acceptance is removed once it is an hour old.
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, await Service.ResumeAsync(Cancellation));
        Assert.Single(await NamesAsync("index/open/"));
    }

    [Fact]
    public async Task Accept_ManyConcurrent_OneAcceptedAndOneIndexEntry()
    {
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => Task.Run(() => Service.AcceptAsync("a", Request, Cancellation)))
        );

        Assert.Single(outcomes, Acceptance.Accepted);
        Assert.Equal(19, outcomes.Count(o => o == Acceptance.Existing));
        Assert.Single(await NamesAsync("index/all/"));
    }

    [Fact]
    public async Task Accept_ManyConcurrentWithDifferentTimes_OneIndexEntry()
    {
        // All five have checked for an existing request before the first one writes.
        var (waiting, go) = (0, new TaskCompletionSource());
        var store = new InterceptedStore(_store)
        {
            Before = async (operation, _) =>
            {
                if (operation is not "put" || go.Task.IsCompleted)
                    return;
                _time.Advance(TimeSpan.FromMilliseconds(1));
                if (Interlocked.Increment(ref waiting) == 5)
                    go.SetResult();
                await go.Task;
            },
        };
        var service = new CrawlService(store, _scheduler, new SoleOwnership(), _time);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => service.AcceptAsync("a", Request, Cancellation)));

        Assert.Single(await NamesAsync("index/all/"));
        Assert.Single(await NamesAsync("index/open/"));
        Assert.Single((await ListAsync()).Items);
    }

    [Fact]
    public async Task Accept_TooManyWaiting_RejectedUnlessItExists()
    {
        await Service.AcceptAsync("a", Request, Cancellation);
        _scheduler.IsFull = true;

        Assert.Equal(Acceptance.Full, await Service.AcceptAsync("b", Request, Cancellation));
        Assert.Equal(Acceptance.Existing, await Service.AcceptAsync("a", Request, Cancellation));
        Assert.Null(await Service.FindAsync("b", Cancellation));
    }

    [Fact]
    public async Task Resume_OpenCrawls_ScheduledOldestFirst()
    {
        foreach (var id in new[] { "c", "a", "b" })
        {
            await Service.AcceptAsync(id, Request, Cancellation);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        await EndAsync("a");
        var scheduler = new RecordingScheduler();

        Assert.Equal(
            2,
            await new CrawlService(_store, scheduler, new SoleOwnership(), _time).ResumeAsync(Cancellation)
        );

        Assert.Equal(["c", "b"], scheduler.Scheduled);
    }

    [Fact]
    public async Task Delete_CrashBeforeAnyStep_CompletedByResume()
    {
        for (var step = 0; ; step++)
        {
            var id = $"crawl-{step}";
            await Service.AcceptAsync(id, Request, Cancellation);
            await EndAsync(id);
            var left = step;
            var failing = new InterceptedStore(_store)
            {
                Before = (operation, _) =>
                    operation is "put" or "delete" && left-- == 0
                        ? throw new IOException("killed")
                        : Task.CompletedTask,
            };
            try
            {
                await new CrawlService(failing, _scheduler, new SoleOwnership(), _time).DeleteAsync(id, Cancellation);
                Assert.True(step > 4, "It deletes more than that.");
                return;
            }
            catch (IOException)
            {
                await Service.ResumeAsync(Cancellation);
            }
            var isDeleted = await Service.FindAsync(id, Cancellation) is null;
            // The deletion either had not started, or is complete.
            Assert.Equal(step > 1, isDeleted);
            if (isDeleted)
            {
                Assert.Empty(await NamesAsync($"crawls/{id}/"));
                Assert.DoesNotContain(await NamesAsync("index/"), n => n.EndsWith(id, StringComparison.Ordinal));
                Assert.Equal(Acceptance.Deleted, await Service.AcceptAsync(id, Request, Cancellation));
            }
        }
    }

    [Fact]
    public async Task Activities_CrawlWasDeleted_CommitNothing()
    {
        await Service.AcceptAsync("a", Request, Cancellation);
        await EndAsync("a");
        await Service.DeleteAsync("a", Cancellation);
        var before = await NamesAsync("");

        var plan = await new PlanWaveActivity(_store, new SoleOwnership(), TimeProvider.System).RunAsync(
            new PlanWaveInput("a", 0),
            Cancellation
        );
        await new FinishCrawlActivity(_store, new SoleOwnership(), _time).RunAsync(
            new FinishCrawlInput("a", 0, CrawlState.Cancelled),
            Cancellation
        );

        Assert.Equal(PlanState.Cancelled, plan.State);
        Assert.Equal(before, await NamesAsync(""));
    }

    private async Task EndAsync(string id)
    {
        await new CrawlBlobs(_store, id).CancelAsync(Cancellation);
        await new FinishCrawlActivity(_store, new SoleOwnership(), _time).RunAsync(
            new FinishCrawlInput(id, 0, CrawlState.Cancelled),
            Cancellation
        );
    }

    private Task<CrawlList> ListAsync() => Service.ListAsync(null, 100, null, Cancellation);

    private ValueTask<List<string>> NamesAsync(string prefix) =>
        _store.ListAsync(prefix, Cancellation).ToListAsync(Cancellation);
}
