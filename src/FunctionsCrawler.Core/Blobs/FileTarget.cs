namespace FunctionsCrawler.Blobs;

/// <summary>Where a file that a user names is written, if it is to replace an earlier one only once it is complete.</summary>
internal static class FileTarget
{
    private const string Memory = "/dev/shm/";

    private static readonly string[] Devices = ["/dev/", "/proc/"];

    /// <summary>
    /// The file that a name leads to. Behind a symbolic link it is the file that the link leads to, so that this one is replaced
    /// and not the link.
    /// </summary>
    /// <exception cref="IOException">
    /// It is a device, such as /dev/stdout. Replacing one would take it away from every other program.
    /// </exception>
    public static string Resolve(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var full = Path.GetFullPath(path);
        var isLink = new FileInfo(full).LinkTarget is not null;
        var target = isLink ? File.ResolveLinkTarget(full, returnFinalTarget: true)!.FullName : full;
        return !OperatingSystem.IsWindows() && (IsDevice(full) || IsDevice(target))
            ? throw new IOException($"'{path}' is a device or a pipe, not a file")
            : target;
    }

    private static bool IsDevice(string path) =>
        Devices.Any(folder => path.StartsWith(folder, StringComparison.Ordinal))
        && !path.StartsWith(Memory, StringComparison.Ordinal);
}
