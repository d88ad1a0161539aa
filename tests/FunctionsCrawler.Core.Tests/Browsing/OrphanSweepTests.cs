using System.Diagnostics;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>
/// The sweep removes files and processes of dead owners and does not touch those of live ones. The end-to-end tests also
/// kill whole crawls. Tests that need no process are in <see cref="OrphanFolderTests"/>.
/// </summary>
public sealed class OrphanSweepTests : BrowserTestBase
{
    [Fact]
    public async Task Sweep_OwnerIsAlive_TouchesNothing()
    {
        await using var browser = await LaunchAsync();

        Assert.DoesNotContain(OrphanSweep.Find(), o => o.Folder == Leftovers.TempRoot(browser.Marker));
        var swept = await OrphanSweep.RemoveAsync(TimeProvider.System, Cancellation);

        Assert.DoesNotContain(swept, s => s.Folder == Leftovers.TempRoot(browser.Marker));
        var tab = await browser.OpenTabAsync(shared: true, Cancellation);
        Assert.Equal(VisitEnd.Read, (await tab.VisitAsync(Site.Url("/"), Ample, Cancellation)).End);
        await CloseCleanAsync(browser);
    }

    [Fact]
    public async Task Sweep_OwnerIsDead_RemovesFolderAndProcesses()
    {
        var marker = "FcInvocation" + Guid.CreateVersion7().ToString("N");
        var root = OrphanFolderTests.CreateOrphan(marker);
        // The shell exits immediately, so its child is not owned by a Process object, which would also try to reap it.
        using (
            var shell = Process.Start(
                "/bin/sh",
                ["-c", $"setsid tail -F /dev/null /nonexistent/{marker} 2>/dev/null &"]
            )
        )
            await shell.WaitForExitAsync(Cancellation);
        await UntilAsync(() => Leftovers.Showing(marker, "tail").Count > 0);
        Leftovers.Signal("STOP", Leftovers.Showing(marker));

        var found = Assert.Single(OrphanSweep.Find(), o => o.Folder == root);
        Assert.Equal(Leftovers.Showing(marker), found.Processes);
        Assert.True(found.Bytes > 1000);
        Assert.True(Directory.Exists(root));

        var swept = Assert.Single(
            await OrphanSweep.RemoveAsync(TimeProvider.System, Cancellation).WaitAsync(Guard, Cancellation),
            s => s.Folder == root
        );

        Assert.True(swept.Killed >= 1);
        Assert.False(Directory.Exists(root) || File.Exists(root + ".lock"));
        Assert.Empty(Leftovers.Showing(marker));
    }

    [Fact]
    public async Task Sweep_PidInManifestWasReused_LeavesTheUnrelatedProcess()
    {
        var marker = "FcInvocation" + Guid.CreateVersion7().ToString("N");
        using var unrelated = Process.Start("sleep", ["600"]);
        try
        {
            var boot = await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", Cancellation);
            var manifest =
                $$"""{"marker":"{{marker}}","owner":{"pid":1,"startTime":0},"bootId":"{{boot.Trim()}}","processes":[{"pid":{{unrelated.Id}},"startTime":1}]}""";
            await File.WriteAllTextAsync(
                Path.Combine(OrphanFolderTests.CreateOrphan(marker), "manifest.json"),
                manifest,
                Cancellation
            );

            var swept = await OrphanSweep.RemoveAsync(TimeProvider.System, Cancellation).WaitAsync(Guard, Cancellation);

            Assert.Equal(0, Assert.Single(swept, s => s.Folder == Leftovers.TempRoot(marker)).Killed);
            Assert.True(Leftovers.IsAlive(unrelated.Id));
        }
        finally
        {
            unrelated.Kill();
            await unrelated.WaitForExitAsync(CancellationToken.None);
        }
    }
}
