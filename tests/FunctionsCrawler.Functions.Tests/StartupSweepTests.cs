using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FunctionsCrawler.Functions.Tests;

/// <summary>A worker removes what a killed one left behind, although the host still runs.</summary>
public sealed class StartupSweepTests
{
    [Fact]
    public async Task Start_OrphanOfAKilledWorker_RemovedAndLogged()
    {
        var root = CreateOrphan();
        var log = new LineLogger();
        using var sweep = new StartupSweep(TimeProvider.System, new Logger<StartupSweep>(log));

        await sweep.StartAsync(TestContext.Current.CancellationToken);
        await sweep.ExecuteTask!.WaitAsync(TestContext.Current.CancellationToken);

        Assert.False(Directory.Exists(root));
        Assert.False(File.Exists(root + ".lock"));
        Assert.Contains($"Orphan folder {root} swept; 0 processes killed; clean: True", log.Lines);
    }

    [Fact]
    public async Task Start_OrphanOfALiveWorker_Left()
    {
        var root = CreateOrphan();
        try
        {
            await using var owner = new FileStream(root + ".lock", FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            using var sweep = new StartupSweep(TimeProvider.System, NullLogger<StartupSweep>.Instance);

            await sweep.StartAsync(TestContext.Current.CancellationToken);
            await sweep.ExecuteTask!.WaitAsync(TestContext.Current.CancellationToken);

            Assert.True(Directory.Exists(root));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
            File.Delete(root + ".lock");
        }
    }

    private static string CreateOrphan()
    {
        var root = Path.Combine(Path.GetTempPath(), "fcrawl-" + Guid.CreateVersion7().ToString("N")[..20]);
        File.WriteAllText(root + ".lock", "");
        Directory.CreateDirectory(Path.Combine(root, "tmp"));
        File.WriteAllText(Path.Combine(root, "tmp", "left"), "x");
        return root;
    }

    private sealed class LineLogger : ILoggerFactory, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => Lines.Add(formatter(state, exception));

        public void Dispose() { }
    }
}
