namespace FunctionsCrawler.EndToEnd.Tests.Running;

/// <summary>A process and all that descends from it, by parents alone (proc(5)): Chromium's own overwrite what they show.</summary>
internal static class ProcessTree
{
    /// <summary>The process itself first. Linux only.</summary>
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

    /// <summary>A file of the process with its zero bytes as spaces; empty when the process has ended.</summary>
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

    // The name before it, in parentheses, may hold anything.
    private static int Parent(int pid) =>
        Read(pid, "stat") is { Length: > 0 } stat ? int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]) : 0;
}
