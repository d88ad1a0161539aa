using System.CommandLine;
using System.Globalization;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl sweep</c>: removes what dead crawls left, browsers and temp folders, and says what that was.</summary>
internal sealed class SweepCommand : Command
{
    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Shows what would be removed, and removes nothing.",
    };

    public SweepCommand()
        : base("sweep", "Removes browsers and temp folders of crawls that were killed.")
    {
        Options.Add(DryRun);
        SetAction((parsed, token) => parsed.GetValue(DryRun) ? Task.FromResult(Show()) : RunAsync(token));
    }

    /// <summary>What a crawl does before it begins: the same, silent where there is nothing.</summary>
    public static async Task BeforeCrawlAsync(CancellationToken cancellationToken)
    {
        foreach (var swept in await OrphanSweep.RemoveAsync(TimeProvider.System, cancellationToken))
            await Console.Error.WriteLineAsync(CrawlProgram.Line($"{Removed(swept)}, left by a crawl that was killed"));
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var all = await OrphanSweep.RemoveAsync(TimeProvider.System, cancellationToken);
        foreach (var swept in all)
            Console.WriteLine(Removed(swept));
        if (all.Count == 0)
            Console.WriteLine("nothing was left behind");
        return all.All(s => s.IsClean) ? ExitCode.Done : ExitCode.Failed;
    }

    private static int Show()
    {
        var orphans = OrphanSweep.Find();
        foreach (var orphan in orphans)
        {
            var processes = orphan.Processes is []
                ? "no processes"
                : $"processes {string.Join(", ", orphan.Processes)}";
            Console.WriteLine($"would remove {orphan.Folder}: {Megabytes(orphan.Bytes)}, {processes}");
        }
        if (orphans.Count == 0)
            Console.WriteLine("nothing was left behind");
        return ExitCode.Done;
    }

    private static string Removed(SweptOrphan swept)
    {
        var removed = $"removed {swept.Folder}: {Megabytes(swept.Bytes)}, {Counted(swept.Killed)} killed";
        return swept.IsClean
            ? removed
            : $"{removed}; not removed: {Counted(swept.ProcessesLeft ?? 0)}, {Megabytes(swept.BytesLeft)}";
    }

    private static string Counted(int processes) => processes == 1 ? "1 process" : $"{processes} processes";

    private static string Megabytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):F1} MB");
}
