using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FunctionsCrawler.Storage;

/// <summary>The steps of one write: a file of its own, flushed, then given its name at once.</summary>
internal static partial class BlobFile
{
    // The same numbers on Linux and macOS.
    private const int NoSuchEntry = 2;
    private const int EntryExists = 17;

    private static long s_lastStamp;

    /// <summary>Writes <paramref name="content"/> into the new file <paramref name="path"/>, down to the disk.</summary>
    /// <returns>Its entity tag.</returns>
    public static async Task<string> WriteAsync(
        string path,
        ReadOnlyMemory<byte> content,
        CancellationToken cancellationToken
    )
    {
        using var file = File.OpenHandle(
            path,
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.Read,
            FileOptions.Asynchronous
        );
        await RandomAccess.WriteAsync(file, content, fileOffset: 0, cancellationToken).ConfigureAwait(false);
        // The kernel's own stamps repeat within a tick of some milliseconds; the tag needs one for each write.
        File.SetLastWriteTimeUtc(file, new DateTime(NextStamp(), DateTimeKind.Utc));
        RandomAccess.FlushToDisk(file);
        return Tag(file, content.Span);
    }

    /// <summary>
    /// The entity tag of an open file: time of writing, length and hash. The time makes it change with every write,
    /// the same content included; the hash makes it safe where a file system keeps coarse times.
    /// </summary>
    public static string Tag(SafeFileHandle file, ReadOnlySpan<byte> content)
    {
        var written = File.GetLastWriteTimeUtc(file).Ticks.ToString("x", CultureInfo.InvariantCulture);
        return $"{written}-{content.Length:x}-{Convert.ToHexStringLower(XxHash128.Hash(content))}";
    }

    /// <summary>Gives the file <paramref name="temporary"/> the name <paramref name="path"/>, unless that is taken.</summary>
    /// <returns>False when it is taken.</returns>
    /// <exception cref="DirectoryNotFoundException">The folder is not there.</exception>
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

    /// <summary>File.Move without overwriting looks first and renames then on Unix, so two can win; link(2) cannot.</summary>
    private static bool TryLink(string temporary, string path)
    {
        if (Link(temporary, path) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            EntryExists when Directory.Exists(path) => throw new IOException($"'{path}' is a folder."),
            EntryExists => false,
            NoSuchEntry => throw new DirectoryNotFoundException($"No folder for '{path}'."),
            _ => throw new IOException($"'{path}': {Marshal.GetPInvokeErrorMessage(error)}", error),
        };
    }

    /// <summary>The time in 100 ns, later than any given out before by this process.</summary>
    private static long NextStamp()
    {
        while (true)
        {
            var last = Volatile.Read(ref s_lastStamp);
            var next = Math.Max(TimeProvider.System.GetUtcNow().Ticks, last + 1);
            if (Interlocked.CompareExchange(ref s_lastStamp, next, last) == last)
                return next;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
