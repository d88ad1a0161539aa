using System.Diagnostics;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>T18: a renderer or the worker hits the memory limit of a container, or the container has no limit.</summary>
public sealed class ContainerTests : WorkerTest
{
    private const long Megabyte = 1024 * 1024;
    private const int Pages = 100;

    // Allocates some memory, requests "more" (which lowers the limit), then allocates without end.
    private const string GreedyPage = """
        eats<script>
        const all = [], eat = () => all.push(new Uint8Array(8e6).fill(1));
        while (all.length < 10) eat();
        const ask = new XMLHttpRequest();
        ask.open('GET', 'more', false);
        ask.send();
        while (true) eat();
        </script>
        """;

    [Fact]
    public async Task Crawl_KernelKillsARenderer_PageFailsAndTheOthersAreStored()
    {
        SkipWithoutChromium();
        await using var group = MemoryGroup.Make(1024 * Megabyte);
        var tightened = 0;
        await using var site = await TestSite.StartAsync(AnswerAsync);

        var exit = await RunInAsync(group, Crawl(site, "always"));

        exit.Expect(3);
        var crawl = Read("out");
        var failed = Assert.Single(crawl.Pages, p => p.Error is not null);
        Assert.Equal("/p/eats", CrawlOutput.PathOf(failed.Url));
        Assert.True(failed.Error!.Code is ErrorCode.RendererCrashed or ErrorCode.Memory, $"{failed.Error}");
        Assert.Equal(["/p/0", "/p/1", "/p/2", "/p/3"], crawl.StoredPaths);
        Assert.True(group.OutOfMemoryKills > 0, "The kernel killed nothing: the limit was never hit.");
        await AssertNothingLeftAsync();

        // Lowers the limit close to the usage of the greedy page, before the worker's own measuring can react.
        Task AnswerAsync(HttpContext context)
        {
            if (context.Request.Path.Value == "/p/more" && Interlocked.Exchange(ref tightened, 1) == 0)
                group.Tighten(16 * Megabyte);
            context.Response.ContentType = "text/html";
            var body = context.Request.Path.Value switch
            {
                "/p/0" => "<a href=1>1</a> <a href=eats>it</a> <a href=2>2</a> <a href=3>3</a>",
                "/p/eats" => GreedyPage,
                _ => "another",
            };
            return context.Response.WriteAsync($"<!doctype html><title>A page</title><p>{body}</p>");
        }
    }

    [Fact]
    public async Task Crawl_WorkerIsKilledAtTheLimit_ResumeFinishes()
    {
        const long Limit = 600;
        await using var group = MemoryGroup.Make(Limit * Megabyte);
        await using var site = await TreeSite.StartAsync(Pages);
        var reached = site.HoldAfter(40);
        // Makes the worker the first candidate of the OOM killer, because this tests what follows.
        string[] First(string[] command) =>
            group.Around(["/bin/sh", "-c", "echo 1000 >/proc/self/oom_score_adj && exec \"$0\" \"$@\"", .. command]);
        var worker = Place.Start(Crawl(site, "never"), new Surroundings { Around = First });
        await worker.UntilAsync(reached, "40 requests");
        Place.MayLeaveFiles = true;

        // tail keeps all its input in memory until the end; after the worker is killed there is enough memory for it.
        var hog = group.Around([
            "/bin/sh",
            "-c",
            $"exec 2>/dev/null; head -c {Limit - 30}m /dev/zero | tail -c {Limit - 30}m >/dev/null",
        ]);
        using (var eating = Process.Start(hog[0], hog[1..]))
        {
            Assert.Equal(137, (await worker.ExitAsync()).Code);
            await eating.WaitForExitAsync(Cancellation);
        }

        Assert.True(group.OutOfMemoryKills > 0);
        site.Release();
        (await RunInAsync(group, "--resume", "out")).Expect(0);
        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
        await AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Crawl_GroupHasNoLimit_Renders()
    {
        SkipWithoutChromium();
        await using var group = MemoryGroup.MakeUnlimited();
        await using var site = await TreeSite.StartAsync(3);

        (await RunInAsync(group, Crawl(site, "always"))).Expect(0);

        Assert.Equal(TreeSite.Paths(3), Read("out").StoredPaths);
        Assert.Equal(1, Read("out").Summary.RenderedShare);
        await AssertNothingLeftAsync();
    }

    private Task<CrawlExit> RunInAsync(MemoryGroup group, params string[] arguments) =>
        Place.Start(arguments, new Surroundings { Around = group.Around }).ExitAsync();
}
