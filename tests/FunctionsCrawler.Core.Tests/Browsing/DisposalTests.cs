using System.Diagnostics;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

public class DisposalTests : BrowserTestBase
{
    [Fact]
    public async Task Close_AfterAVisit_LeavesNothingAndReportsIt()
    {
        await using var browser = await LaunchAsync();
        var tab = await browser.OpenTabAsync(shared: true, Cancellation);
        var visit = await tab.VisitAsync(Site.Url("/"), Ample, Cancellation);
        Assert.Contains("hello", visit.Html, StringComparison.Ordinal);

        var receipt = await CloseCleanAsync(browser);

        Assert.Equal(browser.Marker, receipt.Invocation);
        Assert.Equal(1, receipt.Pages);
        Assert.True(receipt.PeakMemoryMb > 20, $"{receipt.PeakMemoryMb} MB");
        Assert.True(receipt.ProcessesStarted >= 4, $"{receipt.ProcessesStarted} processes");
        Assert.InRange(receipt.Killed, 0, receipt.ProcessesStarted - 1);
        Assert.True(receipt.LaunchMs > 0 && receipt.DisposeMs > 0);
        // On a slow machine the browser may not respond in time; then it was killed.
        Assert.True(receipt.CloseError is null || receipt.Killed > 0, receipt.CloseError);
    }

    [Fact]
    public async Task Launch_Running_HasMarkerOnEveryProcessAndFilesInItsFolder()
    {
        await using var browser = await LaunchAsync();
        var tab = await browser.OpenTabAsync(shared: false, Cancellation);
        await tab.VisitAsync(Site.Url("/"), Ample, Cancellation);

        var tree = Leftovers.Tree(Leftovers.Driver(browser.Marker));
        Assert.True(tree.Count >= 4);
        Assert.All(tree, pid => Assert.True(Leftovers.Shows(pid, browser.Marker), $"process {pid}"));
        var root = Leftovers.TempRoot(browser.Marker);
        var manifest = await File.ReadAllTextAsync(Path.Combine(root, "manifest.json"), Cancellation);
        Assert.Contains($"\"pid\":{Leftovers.Browser(browser.Marker)},", manifest, StringComparison.Ordinal);
        Assert.Contains($"\"owner\":{{\"pid\":{Environment.ProcessId},", manifest, StringComparison.Ordinal);
        // At least the browser's profile.
        Assert.NotEmpty(Directory.EnumerateDirectories(Path.Combine(root, "tmp")));
        await CloseCleanAsync(browser);
    }

    [Fact]
    public async Task Close_ConcurrentAndRepeated_ReturnsOneReceipt()
    {
        var browser = await LaunchAsync();

        var receipts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(browser.CloseAsync)));

        Assert.All(receipts, r => Assert.Same(receipts[0], r));
        Assert.Same(receipts[0], await browser.CloseAsync());
        Assert.Same(receipts[0], browser.Receipt);
        AssertNothingLeft(receipts[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Close_ReparentedProcessWithTheMarker_IsFoundAndKilled(bool inArguments)
    {
        var browser = await LaunchAsync();
        // The shell exits immediately, so its child is not a descendant of the browser.
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", inArguments ? $"setsid tail -F /dev/null /nonexistent/{browser.Marker} &" : "setsid sleep 600 &"]
        )
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        if (!inArguments)
            start.Environment["ANY"] = browser.Marker;
        using (var shell = Process.Start(start)!)
            await shell.WaitForExitAsync(Cancellation);
        await UntilAsync(() => Leftovers.Showing(browser.Marker, inArguments ? "tail" : "sleep").Count > 0);

        var receipt = await CloseCleanAsync(browser);

        Assert.True(receipt.Killed >= 1);
    }

    [Fact]
    public async Task Close_OrphansThatDiedBeforeTheFirstSearch_AreReaped()
    {
        var browser = await LaunchAsync();
        // Renderers that were never searched for, orphaned and dead before disposal searches.
        foreach (var url in (Uri[])[Site.Url("/"), Site.OtherHost("/")])
            await (await browser.OpenTabAsync(shared: false, Cancellation)).VisitAsync(url, Ample, Cancellation);
        var all = Leftovers.Showing(browser.Marker);
        Leftovers.Signal("KILL", all.Except([Leftovers.Driver(browser.Marker)]));
        await UntilAsync(() => Leftovers.Zombies().Count > 0);

        await CloseCleanAsync(browser);
    }

    [Fact]
    public async Task Close_FileThatCannotBeRemoved_IsReported()
    {
        const string OnlyRoot = "only root can make a file that cannot be removed";
        Requires.Available(Environment.IsPrivilegedProcess, Unavailable.NotPermitted, OnlyRoot);
        var browser = await LaunchAsync();
        var mount = Path.Combine(Leftovers.TempRoot(browser.Marker), "tmp", "mounted");
        Directory.CreateDirectory(mount);
        using (var mounting = Process.Start("mount", ["-t", "tmpfs", "tmpfs", mount]))
        {
            await mounting.WaitForExitAsync(Cancellation);
            Requires.Available(mounting.ExitCode == 0, Unavailable.NotPermitted, "nothing can be mounted here");
        }
        try
        {
            await File.WriteAllTextAsync(Path.Combine(mount, "file"), new string('x', 1000), Cancellation);
            using var open = File.OpenRead(Path.Combine(mount, "file"));

            var receipt = await browser.CloseAsync().WaitAsync(Guard, Cancellation);

            Assert.Equal(0, receipt.ProcessesLeft);
            Assert.True(receipt.BytesLeft > 0);
            Assert.False(receipt.IsClean);
        }
        finally
        {
            using (var unmounting = Process.Start("umount", ["-l", mount]))
                await unmounting.WaitForExitAsync(CancellationToken.None);
            Directory.Delete(Leftovers.TempRoot(browser.Marker), recursive: true);
            File.Delete(Leftovers.TempRoot(browser.Marker) + ".lock");
        }
    }

    [Fact]
    public async Task Launch_TenTimes_LeaksNoHandlesOrThreads()
    {
        await CycleAsync(2);
        var (files, threads) = CountHandles();

        await CycleAsync(10);

        // Playwright leaves handles to the finalizers (microsoft/playwright-dotnet#3307); the pipe engine leaves none.
        if (Engine == BrowserEngine.Playwright)
            await UntilAsync(() => CountHandles(collect: true).Files <= files + 5);
        var (filesAfter, threadsAfter) = CountHandles();
        Assert.True(filesAfter <= files + 5, $"{files} open files became {filesAfter}");
        Assert.True(threadsAfter <= threads + 8, $"{threads} threads became {threadsAfter}");

        async Task CycleAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                var browser = await LaunchAsync();
                if (i % 2 == 1)
                    Leftovers.Signal("KILL", Leftovers.Driver(browser.Marker));
                await CloseCleanAsync(browser);
            }
        }

        static (int Files, int Threads) CountHandles(bool collect = false)
        {
            if (collect)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
            return (
                // Sockets belong to the test site, which closes them later.
                Directory
                    .EnumerateFiles($"/proc/{Environment.ProcessId}/fd")
                    .Count(f => new FileInfo(f).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == false),
                Directory.GetDirectories($"/proc/{Environment.ProcessId}/task").Length
            );
        }
    }
}
