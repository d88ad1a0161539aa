using System.CommandLine;
using System.Globalization;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl sweep</c>: removes browsers and temp folders of killed crawls, and lists them.</summary>
internal sealed class SweepCommand : Command, IHelpTopic
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

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl sweep [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups => [];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples => [new("crawl sweep --dry-run", "Shows what would be removed.")];

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var all = await OrphanSweep.RemoveAsync(TimeProvider.System, cancellationToken);
        foreach (var swept in all)
            Console.WriteLine(Describe(swept));
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

    /// <summary>One line: what was removed, and what could not be removed.</summary>
    internal static string Describe(SweptOrphan swept)
    {
        var removed = $"removed {swept.Folder}: {Megabytes(swept.Bytes)}, {Counted(swept.Killed)} killed";
        return swept.IsClean
            ? removed
            : $"{removed}; not removed: {Counted(swept.ProcessesLeft ?? 0)}, {Megabytes(swept.BytesLeft)}";
    }

    private static string Counted(int processes) => Plural.Of(processes, "process", "processes");

    private static string Megabytes(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):F1} MB");
}
