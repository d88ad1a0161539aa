using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>The sweep removes folders and locks of dead owners, even if no process is left.</summary>
public sealed class OrphanFolderTests
{
    [Fact]
    public async Task Sweep_LockWithoutFolder_RemovesTheLock()
    {
        var root = CreateOrphan("FcInvocation" + Guid.CreateVersion7().ToString("N"));
        // The owner died before it created the folder, or after it deleted it.
        Directory.Delete(root, recursive: true);

        var swept = await OrphanSweep.RemoveAsync(TimeProvider.System, TestContext.Current.CancellationToken);

        // A process that starts beside this test may have swept it first.
        Assert.All(swept.Where(s => s.Folder == root), s => Assert.True(s.IsClean));
        Assert.False(File.Exists(root + ".lock"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("this is not a manifest")]
    public async Task Sweep_ManifestMissingOrInvalid_UsesTheMarker(string? manifest)
    {
        var root = CreateOrphan("FcInvocation" + Guid.CreateVersion7().ToString("N"));
        if (manifest is not null)
            await File.WriteAllTextAsync(
                Path.Combine(root, "manifest.json"),
                manifest,
                TestContext.Current.CancellationToken
            );

        await OrphanSweep.RemoveAsync(TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.False(Directory.Exists(root));
    }

    [Fact]
    public async Task Sweep_FolderWithoutLock_IsLeft()
    {
        var root = Leftovers.TempRoot("FcInvocation" + Guid.CreateVersion7().ToString("N"));
        Directory.CreateDirectory(root);
        try
        {
            await OrphanSweep.RemoveAsync(TimeProvider.System, TestContext.Current.CancellationToken);
            Assert.True(Directory.Exists(root));
        }
        finally
        {
            Directory.Delete(root);
        }
    }

    /// <summary>Creates a temp root whose lock nobody holds.</summary>
    internal static string CreateOrphan(string marker)
    {
        var root = Leftovers.TempRoot(marker);
        Directory.CreateDirectory(Path.Combine(root, "tmp"));
        File.WriteAllText(root + ".lock", "");
        File.WriteAllText(Path.Combine(root, "tmp", "left"), new string('x', 2000));
        return root;
    }
}
