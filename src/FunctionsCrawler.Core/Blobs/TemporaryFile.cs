namespace FunctionsCrawler.Blobs;

/// <summary>
/// A temporary file that cannot be left behind: on Unix it is unlinked before its first byte is written, on Windows the system
/// deletes it with its handle.
/// </summary>
internal static class TemporaryFile
{
    /// <summary>Creates and opens a file, which only this process can reach.</summary>
    /// <param name="name">The beginning of its name.</param>
    /// <exception cref="IOException">It cannot be created.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    public static FileStream Open(string name)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{name}-{Guid.CreateVersion7():N}.tmp");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.Asynchronous,
        };
        if (OperatingSystem.IsWindows())
        {
            options.Options |= FileOptions.DeleteOnClose;
            return new FileStream(path, options);
        }
        options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var file = new FileStream(path, options);
        try
        {
            // Not DeleteOnClose: it leaves the file behind if the process is killed.
            File.Delete(path);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
