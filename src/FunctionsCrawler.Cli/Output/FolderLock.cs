namespace FunctionsCrawler.Cli.Output;

/// <summary>Keeps a folder to one process. The lock goes with the process, whatever ends it.</summary>
internal static class FolderLock
{
    private const string Name = ".lock";

    /// <summary>Takes the lock of a folder; disposing of the stream gives it back.</summary>
    /// <exception cref="IOException">Another process has it.</exception>
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
