using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace FunctionsCrawler.Storage;

/// <summary>
/// One writer at a time for a blob's name, over threads and processes. Names share a fixed number of lock files that
/// are never deleted, for a lock file that is deleted can be held twice.
/// </summary>
internal sealed class NameLocks(string folder)
{
    private const int Stripes = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly SemaphoreSlim[] _threads = [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for the name; disposing what is returned sets it free, and so does the death of the process.</summary>
    /// <exception cref="IOException">The lock file cannot be made.</exception>
    public async Task<IDisposable> AcquireAsync(string name, CancellationToken cancellationToken)
    {
        // Not string.GetHashCode: two processes must agree.
        var stripe = (int)(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(name.AsSpan())) % Stripes);
        await _threads[stripe].WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                if (TryOpen(Path.Combine(folder, $"{stripe:D2}.lock")) is { } file)
                    return new Held(_threads[stripe], file);
                await Task.Delay(Pause, TimeProvider.System, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            _threads[stripe].Release();
            throw;
        }
    }

    /// <summary>Opens with FileShare.None, which is flock(2) on Unix; null when another process has it.</summary>
    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (IsHeld(e))
        {
            return null;
        }
    }

    /// <summary>EWOULDBLOCK is 11 on Linux and 35 on macOS; ERROR_SHARING_VIOLATION is 32.</summary>
    private static bool IsHeld(IOException e) =>
        OperatingSystem.IsWindows() ? e.HResult == unchecked((int)0x80070020)
        : OperatingSystem.IsLinux() ? e.HResult == 11
        : e.HResult == 35;

    private sealed class Held(SemaphoreSlim thread, FileStream file) : IDisposable
    {
        public void Dispose()
        {
            file.Dispose();
            thread.Release();
        }
    }
}
