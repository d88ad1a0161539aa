using System.Diagnostics;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>What dead owners left is removed; what living ones have is not touched. Whole crawls are killed end to end.</summary>
public sealed class OrphanSweepTests : BrowserTestBase
{
    [Fact]
    public async Task Sweep_OwnerLives_TouchesNothing()
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
        var root = Leave(marker);
        // The shell ends at once: an orphan is nobody's Process, else two would reap it.
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
    public async Task Sweep_ManifestNamesAPidThatIsAStrangersNow_LeavesTheStranger()
    {
        var marker = "FcInvocation" + Guid.CreateVersion7().ToString("N");
        using var stranger = Process.Start("sleep", ["600"]);
        try
        {
            var boot = await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", Cancellation);
            var manifest =
                $$"""{"marker":"{{marker}}","owner":{"pid":1,"startTime":0},"bootId":"{{boot.Trim()}}","processes":[{"pid":{{stranger.Id}},"startTime":1}]}""";
            await File.WriteAllTextAsync(Path.Combine(Leave(marker), "manifest.json"), manifest, Cancellation);

            var swept = await OrphanSweep.RemoveAsync(TimeProvider.System, Cancellation).WaitAsync(Guard, Cancellation);

            Assert.Equal(0, Assert.Single(swept, s => s.Folder == Leftovers.TempRoot(marker)).Killed);
            Assert.True(Leftovers.IsAlive(stranger.Id));
        }
        finally
        {
            stranger.Kill();
            await stranger.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task Sweep_OwnerDiedBeforeItMadeOrAfterItRemovedItsFolder_RemovesTheLock()
    {
        var root = Leave("FcInvocation" + Guid.CreateVersion7().ToString("N"));
        Directory.Delete(root, recursive: true);

        var swept = await OrphanSweep.RemoveAsync(TimeProvider.System, Cancellation);

        Assert.True(Assert.Single(swept, s => s.Folder == root).IsClean);
        Assert.False(File.Exists(root + ".lock"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("this is no manifest")]
    public async Task Sweep_ManifestIsMissingOrBroken_GoesByTheMarker(string? manifest)
    {
        var root = Leave("FcInvocation" + Guid.CreateVersion7().ToString("N"));
        if (manifest is not null)
            await File.WriteAllTextAsync(Path.Combine(root, "manifest.json"), manifest, Cancellation);

        await OrphanSweep.RemoveAsync(TimeProvider.System, Cancellation);

        Assert.False(Directory.Exists(root));
    }

    [Fact]
    public async Task Sweep_FolderThatIsNotOurs_IsLeft()
    {
        // Nobody's lock lies beside it.
        var root = Leftovers.TempRoot("FcInvocation" + Guid.CreateVersion7().ToString("N"));
        Directory.CreateDirectory(root);
        try
        {
            await OrphanSweep.RemoveAsync(TimeProvider.System, Cancellation);
            Assert.True(Directory.Exists(root));
        }
        finally
        {
            Directory.Delete(root);
        }
    }

    /// <summary>Makes a temp root whose owner is dead.</summary>
    private static string Leave(string marker)
    {
        var root = Leftovers.TempRoot(marker);
        Directory.CreateDirectory(Path.Combine(root, "tmp"));
        File.WriteAllText(root + ".lock", "");
        File.WriteAllText(Path.Combine(root, "tmp", "left"), new string('x', 2000));
        return root;
    }
}
