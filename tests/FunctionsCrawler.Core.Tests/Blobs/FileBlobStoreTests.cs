using System.Diagnostics;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Core.Tests.Blobs;

public sealed class FileBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("blobs").FullName;

    private string Work => Path.Combine(_root, "~");

    // A new instance each time, as another process would have.
    private protected override IBlobStore Open() => new FileBlobStore(_root);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task PutAndDelete_Any_LeaveNoLockFile()
    {
        var store = Open();
        await PutAsync(store, "a", "1");
        await PutAsync(store, "a", "2");
        await store.DeleteAsync("a", default);

        Assert.Empty(Directory.EnumerateFileSystemEntries(Work));
    }

    [Fact]
    public async Task PutStream_AnyOutcome_LeavesNoTemporaryFile()
    {
        var store = Open();
        await store.PutStreamAsync("a", new MemoryStream([1]), PutCondition.IfAbsent, default);
        await store.PutStreamAsync("a", new MemoryStream([2]), PutCondition.IfAbsent, default);
        await Assert.ThrowsAsync<InvalidDataException>(() =>
            store.PutStreamAsync("a", new FailingStream(100_000), PutCondition.None, default)
        );
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            store.PutStreamAsync("a", new FailingStream(100_000, stop.Cancel), PutCondition.None, stop.Token)
        );

        Assert.Empty(Directory.EnumerateFiles(Work));
        Assert.Equal(1, (await store.GetAsync("a", default))!.Value.Span[0]);
    }

    [Fact]
    public async Task Delete_ManyAtOnce_OneOfThemFindsTheBlob()
    {
        for (var round = 0; round < 500; round++)
        {
            await PutAsync(Open(), "a/b", "x");

            var found = await AtOnceAsync(8, async _ => await Open().DeleteAsync("a/b", default));

            Assert.Single(found, true);
        }
    }

    [Fact]
    public async Task Delete_LastOfItsFolders_RemovesThem()
    {
        var store = Open();
        await PutAsync(store, "a/b/c", "x");
        await PutAsync(store, "a/d", "x");

        await store.DeleteAsync("a/b/c", default);
        Assert.False(Directory.Exists(Path.Combine(_root, "a/b")));
        Assert.True(Directory.Exists(Path.Combine(_root, "a")));

        await store.DeleteAsync("a/d", default);
        Assert.False(Directory.Exists(Path.Combine(_root, "a")));
        Assert.True(Directory.Exists(_root));
    }

    [Fact]
    public async Task Put_AnyOutcome_LeavesNoTemporaryFile()
    {
        var store = Open();
        await PutAsync(store, "a", "1");
        await PutAsync(store, "a", "2", PutCondition.IfAbsent);
        await PutAsync(store, "b", "1", PutCondition.IfAbsent);
        // The name is taken by a folder, or a parent folder's name is taken by a blob.
        await PutAsync(store, "folder/x", "1");
        await Assert.ThrowsAsync<IOException>(() => PutAsync(store, "folder", "1"));
        await Assert.ThrowsAsync<IOException>(() => PutAsync(store, "folder", "1", PutCondition.IfAbsent));
        await Assert.ThrowsAnyAsync<IOException>(() => PutAsync(store, "a/x", "1"));
        await Assert.ThrowsAnyAsync<IOException>(() => PutAsync(store, new string('n', 300), "1"));

        Assert.Empty(Directory.EnumerateFiles(Work, "*.tmp"));
        Assert.Equal(["a", "b", "folder/x"], await ListAsync(store, ""));
    }

    [Fact]
    public void Open_TemporaryFilesOfTheDead_SweptWhenOlderThanAnHour()
    {
        Open();
        var old = Path.Combine(Work, "old.tmp");
        var young = Path.Combine(Work, "young.tmp");
        File.WriteAllText(old, "");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddMinutes(-61));
        File.WriteAllText(young, "");
        File.SetLastWriteTimeUtc(young, DateTime.UtcNow.AddMinutes(-59));

        Open();

        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    [Fact]
    public async Task List_ForeignFiles_NotShown()
    {
        var store = Open();
        await PutAsync(store, "a", "1");
        File.WriteAllText(Path.Combine(_root, "not a blob"), "");
        File.WriteAllText(Path.Combine(Work, "left.tmp"), "");

        Assert.Equal(["a"], await ListAsync(store, ""));
    }

    [Fact]
    [Needs(Need.Process)]
    public async Task Put_DiskFull_IOExceptionAndNothingLeft()
    {
        var full = Path.Combine(_root, "full");
        Directory.CreateDirectory(full);
        Requires.Available(
            OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", "size=64k", "none", full),
            Unavailable.NotPermitted,
            "Needs Linux and the right to mount a small tmpfs."
        );
        try
        {
            var store = new FileBlobStore(full);
            await PutAsync(store, "small", "x");
            foreach (var condition in new[] { PutCondition.None, PutCondition.IfAbsent })
            {
                var error = await Assert.ThrowsAsync<IOException>(() =>
                    store.PutAsync("big", new byte[1024 * 1024], condition, default)
                );
                Assert.Equal(28, error.HResult); // ENOSPC
            }

            Assert.Equal(["small"], await ListAsync(store, ""));
            Assert.Empty(Directory.EnumerateFiles(Path.Combine(full, "~"), "*.tmp"));
            Assert.True(await store.PutAsync("fits", new byte[16 * 1024], PutCondition.IfAbsent, default));
        }
        finally
        {
            Assert.True(await RunAsync("umount", full));
        }
    }

    private static async Task<bool> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardError = true }
            )!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
