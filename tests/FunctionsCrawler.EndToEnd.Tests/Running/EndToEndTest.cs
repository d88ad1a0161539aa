using FunctionsCrawler.Browsing;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace FunctionsCrawler.EndToEnd.Tests.Running;

/// <summary>A test with a workplace of its own, whose end is part of the test: nothing may be left.</summary>
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
        Assert.SkipWhen(ChromiumLocator.Find(out var fault) is null, $"No browser: {fault}");

    private protected static void NeedsSignals() =>
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are not sent on Windows.");

    private protected static string NeedsCommand(string name)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
        Assert.SkipWhen(path is null, $"{name} is not installed.");
        return path!;
    }
}
