using System.Diagnostics.CodeAnalysis;
using FunctionsCrawler.Blobs;

namespace FunctionsCrawler.Network.Logins;

/// <summary>Reads and writes the file of a storage state. No message shows what is in it.</summary>
internal static class LoginStateFile
{
    /// <summary>The most bytes of a file: 4 MiB.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>Reads and validates a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="state">What it holds.</param>
    /// <param name="fault">The file, the element and what is wrong with it.</param>
    public static bool TryRead(
        string path,
        [NotNullWhen(true)] out LoginState? state,
        [NotNullWhen(false)] out string? fault
    )
    {
        state = null;
        try
        {
            // One byte more than allowed tells that a file is too large, also one that grows or has no length.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            if (file.CanSeek && file.Length > MaxBytes)
            {
                fault = TooLarge(path);
                return false;
            }
            var content = new byte[(file.CanSeek ? (int)file.Length : MaxBytes) + 1];
            var length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            if (length == content.Length)
            {
                fault = TooLarge(path);
                return false;
            }
            if (LoginStateJson.TryRead(content.AsMemory(0, length), out state, out var wrong))
            {
                fault = null;
                return true;
            }
            fault = $"the storage state '{path}' is invalid: {wrong}";
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            fault = $"the storage state '{path}' cannot be read: {e.Message}";
        }
        return false;
    }

    /// <summary>Writes a file that only its owner may read. It replaces an existing one at once, or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file must not be written.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; nothing has changed.</exception>
    public static async Task WriteAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var target = FileTarget.Resolve(path);
        var temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            var file = new FileStream(temporary, options);
            await using (file.ConfigureAwait(false))
            {
                await file.WriteAsync(content, cancellationToken).ConfigureAwait(false);
                file.Flush(flushToDisk: true);
            }
            cancellationToken.ThrowIfCancellationRequested();
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            // Does nothing after the move.
            File.Delete(temporary);
        }
    }

    private static string TooLarge(string path) =>
        $"the storage state '{path}' has more than {MaxBytes} bytes, the most that is read";
}
