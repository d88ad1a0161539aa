using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;
using FunctionsCrawler.Gauntlet.Tests.Oracle;
using static FunctionsCrawler.Gauntlet.Tests.Worker.Namespaces;

namespace FunctionsCrawler.Gauntlet.Tests.Worker;

/// <summary>T14 and T17: process 1 never reaps, /dev/shm is small, or the temp folder cannot be written.</summary>
public sealed class SurroundingsTests : WorkerTest
{
    private const int Pages = 5;

    [Fact]
    public async Task Crawl_Process1NeverReaps_LeavesNoZombie()
    {
        SkipWithoutChromium();
        await using var site = await TreeSite.StartAsync(Pages);
        var code = Place.At("code");
        // A background shell runs the program and waits for it; then process 1 replaces itself with a program that never reaps.
        const string Script = "{ \"$@\"; echo $? >\"$0\"; } & exec sleep 600";
        string[] Around(string[] command) =>
            [.. Unshare("--pid", "--fork", "--kill-child", "--mount-proc"), "/bin/sh", "-c", Script, code, .. command];
        var outer = Place.Start(Crawl(site, "always"), new Surroundings { Around = Around });

        await outer.UntilAsync(() => new FileInfo(code) is { Exists: true, Length: > 0 }, "the crawl's end");

        Assert.Equal("0\n", await File.ReadAllTextAsync(code, Cancellation));
        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
        // The background shell is the only zombie, which proves that process 1 does not reap.
        await outer.UntilAsync(() => Below(outer.Id).Any(p => p.IsZombie), "the shell is a zombie");
        var all = Below(outer.Id);
        Assert.Equal(["sh (Z)", "sleep (S)"], all.Select(p => $"{p.Name} ({p.State})").Order(StringComparer.Ordinal));
        await outer.KillAsync();
        await AssertNothingLeftAsync();
    }

    [Fact]
    [Trait("Run", "long")]
    public async Task Crawl_IsProcess1Itself_Ends()
    {
        SkipWithoutChromium();
        await using var site = await TreeSite.StartAsync(Pages);
        string[] Around(string[] command) =>
            [.. Unshare("--pid", "--fork", "--kill-child", "--mount-proc"), .. command];

        var exit = await Place.Start(Crawl(site, "always"), new Surroundings { Around = Around }).ExitAsync();

        exit.Expect(0);
        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
        await AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Crawl_SharedMemoryIsSmall_StoresAllAndLeavesNothing()
    {
        await using var site = await TreeSite.StartAsync(Pages);

        var (exit, left) = await RunMountedAsync(site, "mount -t tmpfs -o size=64m tmpfs /dev/shm", "/dev/shm");

        exit.Expect(0);
        Assert.Equal("", left);
        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
    }

    [Theory]
    [InlineData("size=64k", "head -c 1m /dev/zero >filler 2>/dev/null", "No space left")]
    public Task Crawl_TempFolderIsFull_FailsLeavesNothingAndCanBeResumed(
        string options,
        string prepare,
        string expectedError
    ) => CrawlWithoutTempAsync(options, prepare, expectedError);

    [Theory]
    [Trait("Run", "long")]
    [InlineData("nr_inodes=2", ":", "No space left")]
    [InlineData("size=1m", "mount -o remount,ro .", "Read-only")]
    public Task Crawl_TempFolderCannotBeWritten_FailsLeavesNothingAndCanBeResumed(
        string options,
        string prepare,
        string expectedError
    ) => CrawlWithoutTempAsync(options, prepare, expectedError);

    private async Task CrawlWithoutTempAsync(string options, string prepare, string expectedError)
    {
        await using var site = await TreeSite.StartAsync(Pages);

        var (exit, left) = await RunInTempAsync(site, options, prepare);

        Assert.Equal("", left.Replace("filler\n", "", StringComparison.Ordinal));
        exit.Expect(1);
        Assert.Contains(expectedError, exit.Error, StringComparison.Ordinal);
        Assert.Contains("continue with crawl --resume 'out'", exit.Error, StringComparison.Ordinal);
        Assert.All(exit.Error.Trim().Split('\n'), line => Assert.StartsWith("crawl: ", line, StringComparison.Ordinal));
        (await Place.RunAsync("--resume", "out")).Expect(0);
        Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
    }

    // Either the browser starts, or every page reports that it did not; three launches may each hang for 30 s.
    [Theory]
    [Trait("Run", "long")]
    [InlineData("size=400k")]
    [InlineData("nr_inodes=12")]
    public async Task Crawl_TempFolderIsSmall_StoresOrReportsAndLeavesNothing(string options)
    {
        await using var site = await TreeSite.StartAsync(Pages);

        var (exit, left) = await RunInTempAsync(site, options, ":");

        Assert.Equal("", left);
        if (exit.Code == 0)
        {
            Assert.Equal(TreeSite.Paths(Pages), Read("out").StoredPaths);
            return;
        }
        if (exit.Code == 1)
        {
            Assert.Contains("No space left", exit.Error, StringComparison.Ordinal);
            (await Place.RunAsync("--resume", "out")).Expect(0);
            return;
        }
        exit.Expect(3);
        Assert.Empty(Read("out").Stored);
        Assert.All(
            Read("out").Pages,
            page => Assert.Contains("did not start", page.Error!.Message, StringComparison.Ordinal)
        );
    }

    private Task<(CrawlExit Exit, string Left)> RunInTempAsync(TestSite site, string options, string prepare) =>
        RunMountedAsync(
            site,
            $"mount -t tmpfs -o {options} tmpfs '{Place.Temp}' && cd '{Place.Temp}' && {{ {prepare}; cd '{Place.Folder}'; }}",
            Place.Temp
        );

    /// <summary>Runs a crawl in a mount namespace after a mount command, then lists the entries of a folder there.</summary>
    private async Task<(CrawlExit Exit, string Left)> RunMountedAsync(TestSite site, string mount, string listed)
    {
        SkipWithoutChromium();
        var list = Place.At("left");
        string[] Around(string[] command) =>
            [
                .. Unshare("--mount"),
                "/bin/sh",
                "-c",
                $"{mount} || exit 99; \"$@\"; code=$?; ls -A '{listed}' >\"$0\"; exit $code",
                list,
                .. command,
            ];
        var exit = await Place
            .Start([.. Crawl(site, "always"), "--quiet"], new Surroundings { Around = Around })
            .ExitAsync();
        Assert.True(exit.Code != 99, $"The mount failed: {exit.Error}");
        await AssertNothingLeftAsync();
        return (exit, await File.ReadAllTextAsync(list, Cancellation));
    }

    private static List<ProcessStat> Below(int pid)
    {
        var children = Proc.All().ToLookup(p => p.Parent);
        var found = children[pid].ToList();
        for (var i = 0; i < found.Count; i++)
            found.AddRange(children[found[i].Key.Pid]);
        return found;
    }
}
