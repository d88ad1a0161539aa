using System.Diagnostics;

namespace FunctionsCrawler.Gauntlet.Tests.Oracle.Controls;

/// <summary>
/// Negative controls for every kind of leaked process: the oracle must find it, and must pass after it is gone.
/// </summary>
public sealed class ProcessControls
{
    private const string WaitScript = "read line; exec sleep 600";

    private readonly string _marker = "FcInvocation" + Guid.CreateVersion7().ToString("N")[..20];

    [Fact]
    public async Task Oracle_LiveChild_SeesIt()
    {
        using var child = Process.Start(
            new ProcessStartInfo("sleep", "600") { Environment = { ["FUNCTIONS_CRAWLER_INVOCATION"] = _marker } }
        )!;
        try
        {
            await AssertSeenAsync(ResidueKind.Process, child.Id);
        }
        finally
        {
            child.Kill();
            await child.WaitForExitAsync(CancellationToken.None);
        }
        await AssertCleanAsync();
    }

    [Fact]
    public async Task Oracle_ProcessInItsOwnSession_SeesIt()
    {
        await using (var leak = await LeakyProcess.StartAsync(_marker, WaitScript, "setsid"))
        {
            Assert.Equal(leak.Key.Pid, Proc.Find(leak.Key.Pid)!.Session);
            await leak.OrphanAsync();
            await AssertSeenAsync(ResidueKind.Process, leak.Key.Pid);
        }
        await AssertCleanAsync();
    }

    [Fact]
    public async Task Oracle_OrphanOfProcess1WithOverwrittenArgumentsAndEnvironment_SeesIt()
    {
        var subreaper = Kernel.IsSubreaper;
        Kernel.IsSubreaper = false;
        try
        {
            var script = "read line; exec env -i sleep 600";
            await using (var leak = await LeakyProcess.StartAsync(_marker, script, "setsid"))
            {
                await leak.OrphanAsync();
                await leak.WriteLineAsync("continue");
                await Eventually.IsTrueAsync(
                    () => !Proc.Texts(leak.Key.Pid).Contains(_marker, StringComparison.Ordinal),
                    "the leaked process no longer shows the marker"
                );
                Assert.Equal(1, Proc.Find(leak.Key.Pid)!.Parent);
                Assert.DoesNotContain(
                    Proc.All(),
                    p => Proc.Texts(p.Key.Pid).Contains(_marker, StringComparison.Ordinal)
                );
                await AssertSeenAsync(ResidueKind.Process, leak.Key.Pid);
            }
            await AssertCleanAsync();
        }
        finally
        {
            Kernel.IsSubreaper = subreaper;
        }
    }

    [Fact]
    public async Task Oracle_Zombie_SeesIt()
    {
        var subreaper = Kernel.IsSubreaper;
        Kernel.IsSubreaper = true;
        try
        {
            await using (var leak = await LeakyProcess.StartAsync(_marker, WaitScript))
            {
                await leak.OrphanAsync();
                Assert.True(Kernel.Signal(leak.Key, Kernel.Kill));
                await Eventually.IsTrueAsync(
                    () => Proc.Find(leak.Key.Pid) is { IsZombie: true },
                    "the leaked process is a zombie"
                );
                await AssertSeenAsync(ResidueKind.Zombie, leak.Key.Pid);
            }
            await AssertCleanAsync();
        }
        finally
        {
            Kernel.IsSubreaper = subreaper;
        }
    }

    [Fact]
    public async Task Oracle_NodeDriver_SeesIt()
    {
        var node = Directory
            .EnumerateFiles(
                Path.Combine(AppContext.BaseDirectory, ".playwright", "node"),
                "node",
                SearchOption.AllDirectories
            )
            .First(path => path.Contains("linux", StringComparison.Ordinal));
        using var driver = Process.Start(
            new ProcessStartInfo(node, ["-e", "setTimeout(() => {}, 6e5)"])
            {
                Environment = { ["FUNCTIONS_CRAWLER_INVOCATION"] = _marker },
            }
        )!;
        try
        {
            await Eventually.IsTrueAsync(
                () => LeakOracle.Find(_marker).Any(r => r.Kind == ResidueKind.Driver),
                "the oracle finds a driver"
            );
            await AssertSeenAsync(ResidueKind.Driver, driver.Id);
        }
        finally
        {
            driver.Kill();
            await driver.WaitForExitAsync(CancellationToken.None);
        }
        await AssertCleanAsync();
    }

    [Fact]
    public async Task Oracle_ProcessThatOnlyTheManifestNames_SeesIt()
    {
        // Process 1 stands for a process without any other link to the tests.
        var root = Path.Combine(Ground.Current.Temp, "fcrawl-" + _marker["FcInvocation".Length..]);
        var known = Proc.Find(1)!;
        Directory.CreateDirectory(root);
        try
        {
            await File.WriteAllTextAsync(
                Path.Combine(root, "manifest.json"),
                $$"""{"processes":[{"pid":1,"startTime":{{known.Key.Start}}}]}"""
            );
            Assert.Contains(
                LeakOracle.Find(_marker),
                r => r.Kind == ResidueKind.Process && r.What.StartsWith("pid 1 ", StringComparison.Ordinal)
            );
        }
        finally
        {
            Directory.Delete(root, recursive: true);
            Ground.Current.Recorder.Forget(known.Key);
        }
        await AssertCleanAsync();
    }

    /// <summary>Asserts that the oracle finds the process, both by marker and in the search without one.</summary>
    private async Task AssertSeenAsync(ResidueKind kind, int pid)
    {
        foreach (var marker in (string?[])[_marker, null])
        {
            var left = await LeakOracle.WaitUntilCleanAsync(marker, TimeSpan.FromMilliseconds(50));
            Assert.Contains(left, r => r.Kind == kind && r.What.StartsWith($"pid {pid} ", StringComparison.Ordinal));
        }
    }

    private async Task AssertCleanAsync()
    {
        await LeakOracle.AssertCleanAsync(_marker);
        await LeakOracle.AssertCleanAsync();
    }
}
