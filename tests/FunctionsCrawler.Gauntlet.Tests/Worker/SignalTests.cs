using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>T7 and T20: the reader of the output stops early, the worker is signalled or killed, and another one resumes.</summary>
public sealed class SignalTests : WorkerTest
{
    private const int Pages = 20;

    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData(CrawlProcess.Terminate, 9, "always")]
    [InlineData(CrawlProcess.Interrupt, 0, "never")]
    public Task Worker_Signalled_ExitsAndLeavesNothing(int signal, int after, string render) =>
        SignalAsync(signal, after, render);

    [Fact]
    [Trait("Run", "long")]
    public Task Worker_InterruptedBeforeItsFirstRenderedPage_ExitsAndLeavesNothing() =>
        SignalAsync(CrawlProcess.Interrupt, 0, "always");

    private async Task SignalAsync(int signal, int after, string render)
    {
        SkipWithoutChromium();
        await using var site = await TreeSite.StartAsync(Pages);
        // The site does not answer later requests.
        var reached = site.HoldAfter(after);
        var worker = Place.Start(Crawl(site, render));
        await worker.UntilAsync(reached, $"a request that is not answered, after {after}");

        worker.Signal(signal);

        (await worker.ExitAsync().WaitAsync(CancelLimit, Cancellation)).Expect(130);
        await AssertNothingLeftAsync();
        var cancelled = Read("out");
        Assert.Equal(CrawlState.Cancelled, cancelled.Summary.State);
        Assert.InRange(cancelled.Pages.Count, 0, after);
        site.Release();
        await ResumeAsync();
    }

    [Theory]
    [InlineData("never")]
    [InlineData("always")]
    public async Task Worker_InterruptedDuringAResponse_ExitsAndLeavesNothing(string render)
    {
        SkipWithoutChromium();
        var responding = new TaskCompletionSource();
        await using var site = await TestSite.StartAsync(async context =>
        {
            context.Response.ContentType = "text/html";
            await context.Response.WriteAsync("<!doctype html><title>half</title><p>and then", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            responding.TrySetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted)
                .ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        var worker = Place.Start(Crawl(site, render));
        await worker.UntilAsync(() => responding.Task.IsCompleted, "half a response");

        worker.Signal(CrawlProcess.Interrupt);

        (await worker.ExitAsync().WaitAsync(CancelLimit, Cancellation)).Expect(130);
        await AssertNothingLeftAsync();
        Assert.Empty(Read("out").Pages);
    }

    [Fact]
    public async Task Worker_ReaderOfItsOutputExits_StillStoresAllPages()
    {
        SkipWithoutChromium();
        await using var site = await TreeSite.StartAsync(3);
        var code = Place.At("code");
        string[] Around(string[] command) => ["/bin/sh", "-c", "{ \"$@\"; echo $? >\"$0\"; } | true", code, .. command];

        var worker = Place.Start([.. Crawl(site, "always"), "--json"], new Surroundings { Around = Around });

        (await worker.ExitAsync()).Expect(0);
        Assert.Equal("0\n", await File.ReadAllTextAsync(code, Cancellation));
        Assert.Equal(TreeSite.Paths(3), Read("out").StoredPaths);
        await AssertNothingLeftAsync();
    }

    [Fact]
    [Trait("Run", "long")]
    public async Task Worker_KilledWhileItsBrowserIsStopped_NextStartRemovesItAndContinues()
    {
        SkipWithoutChromium();
        await using var site = await TreeSite.StartAsync(Pages);
        var reached = site.HoldAfter(9);
        var first = Place.Start(Crawl(site, "always"));
        await first.UntilAsync(reached, "9 requests");
        var dead = await DeadCrawl.KillAsync(first, Place, _ => true);
        Assert.All(dead.Processes, p => Assert.True(Proc.IsAlive(p.Pid)));
        Assert.NotEmpty(dead.Processes);

        // The site still holds requests, so the second worker is in the middle of the crawl when it removes the first's orphans.
        var continued = site.HoldAfter(0);
        var second = Place.Start("--resume", "out");
        await dead.AssertGoneAsync();
        await second.UntilAsync(continued, "a request of the second worker");
        dead = await DeadCrawl.KillAsync(second, Place);

        var third = Place.Start("--resume", "out");
        site.Release();
        await dead.AssertGoneAsync();
        (await third.ExitAsync()).Expect(0);
        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
        await AssertNothingLeftAsync();
    }

    private async Task ResumeAsync()
    {
        (await Place.RunAsync("--resume", "out")).Expect(0);
        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
        await AssertNothingLeftAsync();
    }
}
