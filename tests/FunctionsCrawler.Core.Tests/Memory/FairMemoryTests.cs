using FunctionsCrawler.Memory;

namespace FunctionsCrawler.Core.Tests.Memory;

/// <summary>Crawls share the memory for browsers. The budget of 1,000 MB has room for three browsers of one page.</summary>
public sealed class FairMemoryTests : MemoryGovernorTestBase
{
    private static readonly TimeSpan Old = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task Admit_SeveralWait_CrawlWithFewestBrowsersIsNext()
    {
        var running = await FillAsync("large", "large", "small");
        var (ofLarge, ofSmall) = (AdmitAsync(EnterFor("large")), AdmitAsync(EnterFor("small")));

        running[0].Token.Dispose();
        await AdmittedInTimeAsync(ofLarge);
        Assert.False(ofSmall.IsCompleted);
        // Now the large crawl has two browsers again, and the small one has one.
        ofLarge = AdmitAsync(EnterFor("large"));
        running[1].Token.Dispose();
        await AdmittedInTimeAsync(ofSmall);
        Assert.False(ofLarge.IsCompleted);
    }

    [Fact]
    public async Task Admit_CrawlWithoutBrowserWaits_LargestCrawlGivesItsYoungestBrowserBack()
    {
        var running = await FillAsync("large", "large", "other");
        Time.Advance(Old);
        var told = running[1].Chunk.Sampled;

        var newcomer = AdmitAsync(EnterFor("newcomer"));

        // At once, not only with the next sample.
        Assert.True(told.IsCompleted);
        Assert.Equal([MemoryState.Run, MemoryState.Yield, MemoryState.Run], running.Select(r => r.Chunk.State));
        Assert.False(newcomer.IsCompleted);
        running[1].Token.Dispose();
        running[1].Chunk.Dispose();
        await AdmittedInTimeAsync(newcomer);
        Assert.Equal(MemoryState.Run, running[0].Chunk.State);
    }

    [Fact]
    public async Task Admit_OthersUseLessThanExpected_CrawlWithoutBrowserIsAdmittedAtOnce()
    {
        var running = await FillAsync("large", "large", "large");
        Time.Advance(Old);
        foreach (var (chunk, _) in running)
            chunk.RecordSample(100L << 20);

        // The next browser of the large crawl would have to wait.
        var ofLarge = AdmitAsync(EnterFor("large"));
        await AdmittedInTimeAsync(AdmitAsync(EnterFor("newcomer")));

        Assert.False(ofLarge.IsCompleted);
        Assert.All(running, r => Assert.Equal(MemoryState.Run, r.Chunk.State));
    }

    [Fact]
    public async Task Admit_SeveralCrawlsWithoutBrowserWait_OneBrowserAtATimeIsGivenBack()
    {
        var running = await FillAsync("large", "large", "large");
        Time.Advance(Old);

        _ = AdmitAsync(EnterFor("b"));
        _ = AdmitAsync(EnterFor("c"));
        Governor.Sample();

        Assert.Single(running, r => r.Chunk.State == MemoryState.Yield);
        // The chunk of the large crawl that remains always keeps its browser.
        foreach (var (chunk, token) in running.AsEnumerable().Reverse().Take(2))
        {
            Assert.Equal(MemoryState.Yield, chunk.State);
            token.Dispose();
            chunk.Dispose();
        }
        _ = AdmitAsync(EnterFor("d"));
        Governor.Sample();
        Assert.Equal(MemoryState.Run, running[0].Chunk.State);
    }

    [Fact]
    public async Task Admit_ChunksAreYoung_YieldOnlyAfterFiveSeconds()
    {
        var running = await FillAsync("large", "large", "large");
        _ = AdmitAsync(EnterFor("newcomer"));
        Assert.All(running, r => Assert.Equal(MemoryState.Run, r.Chunk.State));

        Time.Advance(Old);
        Governor.Sample();

        Assert.Single(running, r => r.Chunk.State == MemoryState.Yield);
    }

    [Fact]
    public async Task Admit_CrawlsHaveABrowserEach_NobodyYields()
    {
        var running = await FillAsync("a", "b", "c");
        Time.Advance(Old);
        _ = AdmitAsync(EnterFor("newcomer"));
        Assert.All(running, r => Assert.Equal(MemoryState.Run, r.Chunk.State));
    }

    [Fact]
    public async Task Admit_BrowserLaunchedInAdvance_WaitsBehindAllAndTakesNothing()
    {
        var running = await FillAsync("large", "large", "large");
        Time.Advance(Old);
        var spare = AdmitAsync(Enter());
        Assert.All(running, r => Assert.Equal(MemoryState.Run, r.Chunk.State));

        var more = AdmitAsync(EnterFor("large"));
        running[0].Token.Dispose();

        await AdmittedInTimeAsync(more);
        Assert.False(spare.IsCompleted);
    }

    private async Task<List<(ChunkMemory Chunk, ILaunchToken Token)>> FillAsync(params string[] crawls)
    {
        var running = new List<(ChunkMemory, ILaunchToken)>();
        foreach (var crawl in crawls)
        {
            var chunk = EnterFor(crawl);
            running.Add((chunk, await AdmittedAsync(chunk)));
        }
        return running;
    }

    private static Task<ILaunchToken> AdmitAsync(ChunkMemory chunk) => chunk.AdmitAsync(CancellationToken.None);

    private static Task<ILaunchToken> AdmittedInTimeAsync(Task<ILaunchToken> admission) =>
        admission.WaitAsync(TimeSpan.FromSeconds(60));
}
