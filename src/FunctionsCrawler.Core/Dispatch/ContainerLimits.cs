namespace FunctionsCrawler.Dispatch;

/// <summary>
/// The memory limits of the control groups this process is in (cgroups(7)), its own and all above it: each of them holds.
/// </summary>
internal static class ContainerLimits
{
    private const string Membership = "/proc/self/cgroup";
    private const string Mount = "/sys/fs/cgroup";

    /// <summary>What the files that state limits hold; none outside Linux.</summary>
    public static IEnumerable<string> Read() =>
        File.Exists(Membership)
            ? Files(File.ReadAllLines(Membership), Mount).Where(File.Exists).Select(File.ReadAllText)
            : [];

    /// <summary>The files that may state limits, from the process's own group to the root of each hierarchy.</summary>
    /// <param name="membership">The lines of /proc/self/cgroup: id, controllers and path, with colons between.</param>
    /// <param name="mount">Where the hierarchies are mounted.</param>
    internal static IEnumerable<string> Files(IEnumerable<string> membership, string mount)
    {
        foreach (var line in membership)
        {
            if (line.Split(':', 3) is not [_, var controllers, var path])
                continue;
            // Version 2 has one hierarchy without a name, version 1 one for each controller.
            var (folder, file) =
                controllers.Length == 0 ? (mount, "memory.max")
                : controllers.Split(',').Contains("memory", StringComparer.Ordinal)
                    ? (Path.Combine(mount, "memory"), "memory.limit_in_bytes")
                : (null, "");
            if (folder is null)
                continue;
            // Seen from inside a container the path may be the host's, or lead out of what can be seen ("/.."): such
            // folders do not exist, and the root of the mount is the container's own group.
            var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries).TakeWhile(n => n is not "..").ToArray();
            for (var depth = names.Length; depth >= 0; depth--)
                yield return Path.Combine([folder, .. names[..depth], file]);
        }
    }
}
