namespace FunctionsCrawler.Storage;

/// <summary>
/// Blobs as files below one folder, a name being a relative path. Safe for many threads and processes at once.
/// <para>A write goes to a temporary file, is flushed to the disk and then given its name in one step: it survives the
/// death of the process, and a power cut leaves a blob whole or absent. Conditions hold against every writer of this
/// class: absence by link(2), entity tags by an OS file lock. Unix file systems without hard links cannot be used.</para>
/// <para>Entity tags hold time of writing, length and hash, so a blob that is overwritten with its old content has a
/// new tag.</para>
/// <para>As files go, "a" and "a/b" cannot both be blobs, and case matters only where it does to the file
/// system.</para>
/// </summary>
public sealed class FileBlobStore : IBlobStore
{
    private const int MaxFolderRaces = 1000;
    private static readonly TimeSpan StaleAfter = TimeSpan.FromHours(1);

    private readonly string _root;
    private readonly string _work;
    private readonly NameLocks _locks;

    /// <summary>
    /// Opens the store, making its folder where there is none, and removes what writers left that died over an hour ago.
    /// </summary>
    /// <param name="root">The folder. Below it, "~" is the store's own: '~' is in no blob's name.</param>
    public FileBlobStore(string root)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _work = Path.Combine(_root, "~");
        _locks = new NameLocks(_work);
        Directory.CreateDirectory(_work);
        Sweep();
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<Stream?>(Open(PathOf(name)));
    }

    /// <inheritdoc/>
    public async Task<BlobContent?> GetAsync(string name, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        var file = Open(path);
        if (file is null)
            return null;
        await using (file.ConfigureAwait(false))
        {
            var bytes = new byte[file.Length];
            await file.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            return new BlobContent(bytes, BlobFile.Tag(file.SafeFileHandle, bytes));
        }
    }

    /// <inheritdoc/>
    public async Task<string?> PutAsync(
        string name,
        ReadOnlyMemory<byte> content,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        var path = PathOf(name);
        if (condition.MustBeAbsent && File.Exists(path))
            return null;
        var temporary = Path.Combine(_work, $"{Guid.CreateVersion7():N}.tmp");
        try
        {
            Directory.CreateDirectory(_work);
            var tag = await BlobFile.WriteAsync(temporary, content, cancellationToken).ConfigureAwait(false);
            if (condition.MustBeAbsent)
                return WithFolder(path, () => BlobFile.TryClaim(temporary, path)) ? tag : null;

            // Unconditional writes and deletes take the lock too: none may come between an IfMatch's look and its write.
            using var held = await _locks.AcquireAsync(name, cancellationToken).ConfigureAwait(false);
            if (condition.ETag is { } expected)
            {
                var current = await GetAsync(name, cancellationToken).ConfigureAwait(false);
                if (!string.Equals(current?.ETag, expected, StringComparison.Ordinal))
                    return null;
            }
            return WithFolder(path, () => Replace(temporary, path)) ? tag : null;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"'{name}' cannot be written: {e.Message}", e);
        }
        finally
        {
            TryDelete(temporary);
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        BlobName.ValidatePrefix(prefix);
        return BlobFolder.Walk(_root, prefix, cancellationToken).ToAsyncEnumerable();
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        var path = PathOf(name);
        using (await _locks.AcquireAsync(name, cancellationToken).ConfigureAwait(false))
        {
            if (!File.Exists(path))
                return false;
            File.Delete(path);
        }
        BlobFolder.RemoveEmptyParents(_root, path);
        return true;
    }

    private string PathOf(string name)
    {
        BlobName.Validate(name);
        return Path.Combine(_root, name);
    }

    private static FileStream? Open(string path)
    {
        try
        {
            return new FileStream(
                path,
                FileMode.Open,
                FileAccess.Read,
                FileShare.ReadWrite | FileShare.Delete,
                bufferSize: 4096,
                FileOptions.Asynchronous
            );
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException && !File.Exists(path))
        {
            // A folder has that name, or a blob has the name of one of its folders.
            return null;
        }
    }

    /// <summary>Does <paramref name="rename"/>, making the folder again for as long as deletes take it away.</summary>
    private static bool WithFolder(string path, Func<bool> rename)
    {
        for (var race = 0; ; race++)
        {
            var hasFolder = false;
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                hasFolder = true;
                return rename();
            }
            // A folder that goes while it is being made comes as "already exists" too.
            catch (IOException e)
                when (race < MaxFolderRaces && (!hasFolder || e is DirectoryNotFoundException or FileNotFoundException))
            {
                Thread.Yield();
            }
        }
    }

    private static bool Replace(string temporary, string path)
    {
        File.Move(temporary, path, overwrite: true);
        return true;
    }

    private void Sweep()
    {
        var oldest = TimeProvider.System.GetUtcNow().UtcDateTime - StaleAfter;
        foreach (var path in Directory.EnumerateFiles(_work, "*.tmp"))
            if (File.GetLastWriteTimeUtc(path) < oldest)
                TryDelete(path);
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next sweep has it.
        }
    }
}
