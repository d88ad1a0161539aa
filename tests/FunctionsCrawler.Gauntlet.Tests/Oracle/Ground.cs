[assembly: AssemblyFixture(typeof(FunctionsCrawler.Gauntlet.Tests.Oracle.Ground))]
// The oracle looks at every process of the machine, and its controls start some.
[assembly: FunctionsCrawler.Testing.Needs(FunctionsCrawler.Testing.Need.Process)]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>
/// The environment of the test run: a separate temp folder, so that every entry in it belongs to the tests, and the process
/// recorder. Created before the first test and disposed after the last.
/// </summary>
public sealed class Ground : IDisposable
{
    private readonly string? _before = Environment.GetEnvironmentVariable("TMPDIR");

    /// <summary>Creates the temp folder, sets TMPDIR and starts the recorder.</summary>
    public Ground()
    {
        // A short name, because full Chromium binds a socket with a long path below it.
        Temp = Path.Combine(Path.GetTempPath(), "fcg-" + Guid.CreateVersion7().ToString("N")[^8..]);
        SharedMemory = LeakOracle.SharedMemoryNow().ToHashSet(StringComparer.Ordinal);
        Directory.CreateDirectory(Temp);
        Environment.SetEnvironmentVariable("TMPDIR", Temp);
        Recorder = new Recorder();
        Recorder.Watch(Temp);
        Current = this;
    }

    /// <summary>The instance of this test run.</summary>
    internal static Ground Current { get; private set; } = null!;

    /// <summary>Path of the tests' temp folder.</summary>
    internal string Temp { get; }

    /// <summary>Records the processes that the tests start.</summary>
    internal Recorder Recorder { get; }

    /// <summary>The entries of /dev/shm before the first test.</summary>
    internal IReadOnlySet<string> SharedMemory { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Recorder.Dispose();
        Environment.SetEnvironmentVariable("TMPDIR", _before);
        Directory.Delete(Temp, recursive: true);
    }
}
