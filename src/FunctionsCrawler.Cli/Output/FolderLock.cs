namespace FunctionsCrawler.Cli.Output;

/// <summary>Reserves a folder for one process. The operating system releases the lock when the process ends, even if killed.</summary>
internal static class FolderLock
{
    private const string Name = ".lock";

    /// <summary>Takes the lock of a folder. Dispose the stream to release it.</summary>
    /// <exception cref="IOException">Another process holds the lock, or the folder cannot be written.</exception>
    public static FileStream Take(string folder)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new IOException("another process is using it", e);
        }
    }
}
