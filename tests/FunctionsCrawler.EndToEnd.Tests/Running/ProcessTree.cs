namespace FunctionsCrawler.EndToEnd.Tests.Running;

/// <summary>
/// Finds a process and its descendants by parent ids (proc(5)), because Chromium's processes overwrite their arguments and
/// environment.
/// </summary>
internal static class ProcessTree
{
    /// <summary>The process and its descendants, the process first. Linux only.</summary>
    public static IReadOnlyList<CrawlChild> Of(int root)
    {
        var children = Directory
            .EnumerateDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => char.IsAsciiDigit(name![0]))
            .Select(name => int.Parse(name!))
            .ToLookup(Parent);
        List<int> tree = [root];
        for (var i = 0; i < tree.Count; i++)
            tree.AddRange(children[tree[i]]);
        return [.. tree.Select(pid => new CrawlChild(pid, Read(pid, "cmdline")))];
    }

    /// <summary>A file of /proc/pid with zero bytes replaced by spaces; empty if the process has ended.</summary>
    public static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/{file}").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }

    // The process name before it, in parentheses, may contain any characters.
    private static int Parent(int pid) =>
        Read(pid, "stat") is { Length: > 0 } stat ? int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]) : 0;
}
