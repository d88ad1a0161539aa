[assembly: AssemblyFixture(typeof(FunctionsCrawler.Gauntlet.Tests.Oracle.Ground))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace FunctionsCrawler.Gauntlet.Tests.Oracle;

/// <summary>
/// Where the tests run: a temp folder of their own, so that every entry in it is theirs, and the recorder. It stands
/// before the first test and goes after the last.
/// </summary>
public sealed class Ground : IDisposable
{
    private readonly string? _before = Environment.GetEnvironmentVariable("TMPDIR");

    /// <summary>Prepares the ground.</summary>
    public Ground()
    {
        // Short: full Chromium binds a socket far below it.
        Temp = Path.Combine(Path.GetTempPath(), "fcg-" + Guid.CreateVersion7().ToString("N")[^8..]);
        SharedMemory = LeakOracle.SharedMemoryNow().ToHashSet(StringComparer.Ordinal);
        Directory.CreateDirectory(Temp);
        Environment.SetEnvironmentVariable("TMPDIR", Temp);
        Recorder = new Recorder();
        Recorder.Watch(Temp);
        Current = this;
    }

    /// <summary>The ground of the tests that run.</summary>
    internal static Ground Current { get; private set; } = null!;

    /// <summary>The temp folder.</summary>
    internal string Temp { get; }

    /// <summary>Who was there.</summary>
    internal Recorder Recorder { get; }

    /// <summary>What lay in /dev/shm before.</summary>
    internal IReadOnlySet<string> SharedMemory { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Recorder.Dispose();
        Environment.SetEnvironmentVariable("TMPDIR", _before);
        Directory.Delete(Temp, recursive: true);
    }
}
