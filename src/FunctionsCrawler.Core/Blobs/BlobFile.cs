using System.Runtime.InteropServices;

namespace FunctionsCrawler.Blobs;

/// <summary>The steps of an atomic write: write and flush a temporary file, then rename it.</summary>
internal static partial class BlobFile
{
    // errno values; the same on Linux and macOS.
    private const int NoSuchEntry = 2;
    private const int EntryExists = 17;

    /// <summary>Writes <paramref name="content"/> into the new file <paramref name="path"/>, down to the disk.</summary>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(
            path,
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.Read,
            FileOptions.Asynchronous
        );
        await RandomAccess.WriteAsync(file, content, fileOffset: 0, cancellationToken).ConfigureAwait(false);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Copies the rest of <paramref name="content"/> to the new file <paramref name="path"/> and flushes it to the disk.</summary>
    public static async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        var file = new FileStream(
            path,
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.Read,
            bufferSize: 0,
            FileOptions.Asynchronous
        );
        await using (file.ConfigureAwait(false))
        {
            await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            RandomAccess.FlushToDisk(file.SafeFileHandle);
        }
    }

    /// <summary>Renames <paramref name="temporary"/> to <paramref name="path"/> unless that file exists.</summary>
    /// <returns>False if it exists.</returns>
    /// <exception cref="DirectoryNotFoundException">The folder of <paramref name="path"/> does not exist.</exception>
    public static bool TryClaim(string temporary, string path)
    {
        if (!OperatingSystem.IsWindows())
            return TryLink(temporary, path);
        try
        {
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    /// <summary>
    /// On Unix, File.Move without overwriting checks and then renames, so two concurrent writers can both succeed. link(2) is
    /// atomic.
    /// </summary>
    private static bool TryLink(string temporary, string path)
    {
        if (Link(temporary, path) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            EntryExists when Directory.Exists(path) => throw new IOException($"'{path}' is a folder."),
            EntryExists => false,
            NoSuchEntry => throw new DirectoryNotFoundException($"The folder of '{path}' does not exist."),
            _ => throw new IOException($"'{path}': {Marshal.GetPInvokeErrorMessage(error)}", error),
        };
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
