using System.Diagnostics;

namespace FunctionsCrawler.Core.Tests;

/// <summary>The control of <see cref="ProcessGuardAttribute"/>: what it counts grows with any program that ran.</summary>
[Needs(Need.Process)]
public sealed class ProcessGuardTests
{
    [Fact]
    public async Task ChildFaults_AfterTheSmallestProgram_HaveGrown()
    {
        Requires.Available(OperatingSystem.IsLinux(), Unavailable.OtherPlatform, "The count is read from /proc.");
        var before = ProcessGuardAttribute.ChildFaults();

        using (var program = Process.Start("true"))
            await program.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(ProcessGuardAttribute.ChildFaults() > before);
    }
}
