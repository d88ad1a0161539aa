namespace FunctionsCrawler.Blobs;

/// <summary>
/// Blobs as files below one folder, a name being a relative path. Safe for many threads and processes at once.
/// <para>A write goes to a temporary file, is flushed to the disk and then given its name in one step: it survives the
/// death of the process, and a power cut leaves a blob whole or absent. No locks are used: <see cref="PutCondition.IfAbsent"/>
/// uses link(2), everything else rename(2). Unix file systems without hard links cannot be used.</para>
/// <para>As files go, "a" and "a/b" cannot both be blobs, and case matters only where it does to the file
/// system.</para>
/// </summary>
internal sealed class FileBlobStore : IBlobStore
{
    private const int MaxFolderRaces = 1000;
    private static readonly TimeSpan StaleAfter = TimeSpan.FromHours(1);

    private readonly string _root;
    private readonly string _work;

    /// <summary>
    /// Opens the store, making its folder where there is none, and removes what writers left that died over an hour ago.
    /// </summary>
    /// <param name="root">The folder. Below it, "~" is the store's own: '~' is in no blob's name.</param>
    public FileBlobStore(string root)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _work = Path.Combine(_root, "~");
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
    public async Task<ReadOnlyMemory<byte>?> GetAsync(string name, CancellationToken cancellationToken)
    {
        var file = Open(PathOf(name));
        if (file is null)
            return null;
        await using (file.ConfigureAwait(false))
        {
            var bytes = new byte[file.Length];
            await file.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes;
        }
    }

    /// <inheritdoc/>
    public Task<bool> PutAsync(
        string name,
        ReadOnlyMemory<byte> content,
        PutCondition condition,
        CancellationToken cancellationToken
    ) => PutAsync(name, path => BlobFile.WriteAsync(path, content, cancellationToken), condition);

    /// <inheritdoc/>
    public Task<bool> PutStreamAsync(
        string name,
        Stream content,
        PutCondition condition,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(content);
        return PutAsync(name, path => BlobFile.WriteAsync(path, content, cancellationToken), condition);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        BlobName.ValidatePrefix(prefix);
        return BlobFolder.Walk(_root, prefix, cancellationToken).ToAsyncEnumerable();
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(name);
        return Task.FromResult(File.Exists(path) && TryRemove(path));
    }

    private async Task<bool> PutAsync(string name, Func<string, Task> write, PutCondition condition)
    {
        var path = PathOf(name);
        if (condition == PutCondition.IfAbsent && File.Exists(path))
            return false;
        var temporary = NewTemporary();
        try
        {
            Directory.CreateDirectory(_work);
            await write(temporary).ConfigureAwait(false);
            return WithFolder(
                path,
                () => condition == PutCondition.IfAbsent ? BlobFile.TryClaim(temporary, path) : Replace(temporary, path)
            );
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

    // Rename first: File.Delete does not report which of two concurrent deletes found the file.
    private bool TryRemove(string path)
    {
        var temporary = NewTemporary();
        try
        {
            Directory.CreateDirectory(_work);
            File.Move(path, temporary, overwrite: true);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        TryDelete(temporary);
        BlobFolder.RemoveEmptyParents(_root, path);
        return true;
    }

    private string NewTemporary() => Path.Combine(_work, $"{Guid.CreateVersion7():N}.tmp");

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
