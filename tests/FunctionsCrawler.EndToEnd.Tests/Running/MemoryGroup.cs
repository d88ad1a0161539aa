namespace FunctionsCrawler.EndToEnd.Tests.Running;

/// <summary>A control group with a memory limit, like that of a container, below the group of the tests.</summary>
internal sealed class MemoryGroup : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly string _folder;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _sampling;
    private long _peak;

    private MemoryGroup(string folder)
    {
        _folder = folder;
        _sampling = SampleAsync();
    }

    /// <summary>The highest memory usage in bytes, without inactive file cache, sampled ten times a second.</summary>
    public long PeakBytes => Volatile.Read(ref _peak);

    /// <summary>How many processes the kernel killed because of the limit.</summary>
    public long Kills => Number("memory.oom_control", "oom_kill ") ?? Number("memory.events", "oom_kill ") ?? 0;

    /// <summary>Creates a group; skips the test if that is not possible here.</summary>
    public static MemoryGroup Make(long limitBytes) => Make(_ => limitBytes.ToString());

    /// <summary>Creates a group without a limit.</summary>
    public static MemoryGroup MakeUnlimited() =>
        Make(file => file.EndsWith("memory.max", StringComparison.Ordinal) ? "max" : "-1");

    /// <summary>How many of its processes the kernel has killed because of the limit.</summary>
    public int OutOfMemoryKills =>
        ((string[])["memory.oom_control", "memory.events"])
            .Select(name => Path.Combine(_folder, name))
            .Where(File.Exists)
            .SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("oom_kill ", StringComparison.Ordinal))
            .Sum(line => int.Parse(line["oom_kill ".Length..]));

    /// <summary>Lowers the limit to the current usage plus <paramref name="moreBytes"/>.</summary>
    public void Tighten(long moreBytes)
    {
        var (_, file) = Parent();
        var used = file is "memory.max" ? "memory.current" : "memory.usage_in_bytes";
        var bytes = long.Parse(File.ReadAllText(Path.Combine(_folder, used))) + moreBytes;
        File.WriteAllText(Path.Combine(_folder, file), bytes.ToString());
    }

    private static MemoryGroup Make(Func<string, string> limit)
    {
        var (parent, file) = Parent();
        var folder = Path.Combine(parent, "crawl-tests-" + Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, file), limit(file));
            return new MemoryGroup(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder);
            Requires.Available(false, Unavailable.NotPermitted, $"No control group can be made here: {e.Message}");
            throw;
        }
    }

    /// <summary>Wraps a command so that it runs in the group.</summary>
    public string[] Around(string[] command) =>
        ["/bin/sh", "-c", $"echo $$ > '{_folder}/cgroup.procs' && exec \"$0\" \"$@\"", .. command];

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _sampling;
        _stopping.Dispose();
        // The group can be removed once its last process has been reaped.
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                Directory.Delete(_folder);
                return;
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(since) < Patience)
            {
                await Task.Delay(50);
            }
        }
    }

    private async Task SampleAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var used = Number("memory.usage_in_bytes", "") ?? Number("memory.current", "") ?? 0;
            var file = Number("memory.stat", "total_inactive_file ") ?? Number("memory.stat", "inactive_file ") ?? 0;
            _peak = Math.Max(_peak, used - file);
            await Task.WhenAny(Task.Delay(Period, _stopping.Token));
        }
    }

    // The number after a prefix in a file of the group; null if there is no such line.
    private long? Number(string file, string start)
    {
        var path = Path.Combine(_folder, file);
        var line = File.Exists(path)
            ? File.ReadLines(path).FirstOrDefault(l => l.StartsWith(start, StringComparison.Ordinal))
            : null;
        return line is null ? null : long.Parse(line[start.Length..]);
    }

    private static (string Folder, string LimitFile) Parent()
    {
        var lines = File.Exists("/proc/self/cgroup") ? File.ReadAllLines("/proc/self/cgroup") : [];
        foreach (var line in lines.Select(l => l.Split(':', 3)).Where(l => l.Length == 3))
        {
            if (line[1].Split(',').Contains("memory"))
                return ("/sys/fs/cgroup/memory" + line[2], "memory.limit_in_bytes");
            if (line[1].Length == 0 && File.Exists("/sys/fs/cgroup" + line[2] + "/memory.max"))
                return ("/sys/fs/cgroup" + line[2], "memory.max");
        }
        Requires.Available(false, Unavailable.NotPermitted, "There are no control groups with memory limits here.");
        throw new InvalidOperationException();
    }
}
