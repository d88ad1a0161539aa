using FunctionsCrawler.Browsing;

// Each test has its own folders, and the programs mostly wait, so more classes run at once than there are cores.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.Collections, MaxThreads = 4)]

namespace FunctionsCrawler.EndToEnd.Tests.Running;

/// <summary>A test with its own folders for the program. Disposing asserts that the program left no files and no processes.</summary>
[Needs(Need.Process)]
public abstract class EndToEndTest : IAsyncLifetime
{
    private readonly Workplace _place = new();

    private protected Workplace Place => _place;

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        await _place.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected Task<CrawlExit> RunAsync(params string[] arguments) => _place.RunAsync(arguments);

    private protected CrawlOutput Read(string folder) => CrawlOutput.Read(_place.At(folder));

    private protected static void NeedsChromium() =>
        Requires.Installed(Need.Chromium, ChromiumLocator.Find(out var fault) is not null, $"No browser: {fault}");

    private protected static void NeedsSignals() =>
        Requires.Available(!OperatingSystem.IsWindows(), Unavailable.OtherPlatform, "Signals are not sent on Windows.");

    /// <summary>The path of a program; skips the test if it is not installed.</summary>
    private protected static string NeedsCommand(string name, Need need = Need.Process)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
        Requires.Installed(need, path is not null, $"{name} is not installed.");
        return path;
    }
}
