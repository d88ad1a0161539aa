using System.Diagnostics;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Core.Tests.Storage;

public sealed class FileBlobStoreTests : BlobStoreContract, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("blobs").FullName;

    private string Work => Path.Combine(_root, "~");

    // A new instance each time: threads then meet as processes do, at the lock files.
    protected override IBlobStore Open() => new FileBlobStore(_root);

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task Put_LockHeldByAnotherProcess_WaitsForIt()
    {
        var store = Open();
        await PutAsync(store, "a", "1");
        // The names of the lock files are nobody's business, so this holds all that there can be.
        var held = Enumerable
            .Range(0, 64)
            .Select(i => new FileStream(
                Path.Combine(Work, $"{i:D2}.lock"),
                FileMode.OpenOrCreate,
                FileAccess.ReadWrite,
                FileShare.None
            ))
            .ToList();
        using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            store.PutAsync("a", "2"u8.ToArray(), PutCondition.None, giveUp.Token)
        );
        Assert.Equal("1", await TextAsync(store, "a"));
        held.ForEach(file => file.Dispose());

        Assert.NotNull(await PutAsync(store, "a", "2"));
        Assert.Equal("2", await TextAsync(store, "a"));
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
        await PutAsync(store, "a", "2", PutCondition.IfMatch("other"));
        await PutAsync(store, "b", "1", PutCondition.IfAbsent);
        // A folder stands in the way, and a blob where a folder would have to be.
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
    public async Task Put_DiskFull_IOExceptionAndNothingLeft()
    {
        var full = Path.Combine(_root, "full");
        Directory.CreateDirectory(full);
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", "size=64k", "none", full),
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
            Assert.NotNull(await store.PutAsync("fits", new byte[16 * 1024], PutCondition.IfAbsent, default));
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
