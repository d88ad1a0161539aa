using System.Globalization;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests.Limits;

/// <summary>The proportional set size (proc(5)) of a process and its descendants, sampled ten times a second.</summary>
internal sealed class TreeMemory : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly int _root;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _sampling;
    private long _peak;

    public TreeMemory(int root)
    {
        _root = root;
        _sampling = Task.Run(SampleAsync);
    }

    /// <summary>The highest sample, in bytes.</summary>
    public long PeakBytes => Volatile.Read(ref _peak);

    /// <summary>The processes of the highest sample, as text.</summary>
    public string PeakDetail { get; private set; } = "";

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _sampling;
        _stopping.Dispose();
    }

    private async Task SampleAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            var sample = ProcessTree.Of(_root).Select(p => (p.Arguments, Bytes: PssBytes(p.Pid))).ToList();
            var sum = sample.Sum(s => s.Bytes);
            if (sum > _peak)
            {
                PeakDetail = string.Join(
                    ", ",
                    sample.OrderByDescending(s => s.Bytes).Select(s => $"{KindOf(s.Arguments)} {s.Bytes >> 20} MB")
                );
                Volatile.Write(ref _peak, sum);
            }
            await Task.WhenAny(Task.Delay(Period, _stopping.Token));
        }
    }

    private static string KindOf(string arguments)
    {
        const string type = "--type=";
        var at = arguments.IndexOf(type, StringComparison.Ordinal);
        return at >= 0 ? arguments[(at + type.Length)..].Split(' ')[0]
            : arguments.Contains(CrawlProcess.Executable, StringComparison.Ordinal) ? "crawl"
            : "browser";
    }

    private static long PssBytes(int pid)
    {
        var line = ProcessTree
            .Read(pid, "smaps_rollup")
            .Split('\n')
            .FirstOrDefault(l => l.StartsWith("Pss:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line[4..^2], CultureInfo.InvariantCulture) * 1024;
    }
}
