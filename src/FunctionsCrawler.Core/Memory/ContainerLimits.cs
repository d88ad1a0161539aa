namespace FunctionsCrawler.Memory;

/// <summary>
/// Reads the memory limits of the control groups this process is in (cgroups(7)): of its own group and of all groups above,
/// because each of them applies.
/// </summary>
internal static class ContainerLimits
{
    private const string Membership = "/proc/self/cgroup";
    private const string Mount = "/sys/fs/cgroup";

    /// <summary>The contents of all limit files that exist; empty on other platforms than Linux.</summary>
    public static IEnumerable<string> Read() =>
        File.Exists(Membership)
            ? Files(File.ReadAllLines(Membership), Mount).Where(File.Exists).Select(File.ReadAllText)
            : [];

    /// <summary>The files that may contain limits, from the process's own group up to the root of each hierarchy.</summary>
    /// <param name="membership">The lines of /proc/self/cgroup, each "id:controllers:path".</param>
    /// <param name="mount">The folder where the hierarchies are mounted.</param>
    internal static IEnumerable<string> Files(IEnumerable<string> membership, string mount)
    {
        foreach (var line in membership)
        {
            if (line.Split(':', 3) is not [_, var controllers, var path])
                continue;
            // Version 2 has one unnamed hierarchy, version 1 has one per controller.
            var (folder, file) =
                controllers.Length == 0 ? (mount, "memory.max")
                : controllers.Split(',').Contains("memory", StringComparer.Ordinal)
                    ? (Path.Combine(mount, "memory"), "memory.limit_in_bytes")
                : (null, "");
            if (folder is null)
                continue;
            // Inside a container the path may be the host's, or point outside the visible hierarchy ("/.."). Such folders do
            // not exist here; the root of the mount is the container's own group.
            var names = path.Split('/', StringSplitOptions.RemoveEmptyEntries).TakeWhile(n => n is not "..").ToArray();
            for (var depth = names.Length; depth >= 0; depth--)
                yield return Path.Combine([folder, .. names[..depth], file]);
        }
    }
}
