using System.Diagnostics;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Gauntlet.Tests.Oracle;

namespace FunctionsCrawler.Gauntlet.Tests.Rows;

/// <summary>T10: the temp folder has too little space for a browser, none at all, or was deleted.</summary>
public sealed class FullDiskTests : GauntletTest
{
    private protected override BrowserEngine[] Engines => [BrowserEngine.Pipe, BrowserEngine.Playwright];

    [Theory]
    [InlineData(nameof(BrowserEngine.Pipe), 4)]
    [InlineData(nameof(BrowserEngine.Pipe), 64)]
    [InlineData(nameof(BrowserEngine.Playwright), 4)]
    public async Task Launch_NoSpaceInTheTempFolder_ThrowsAndLeavesNothing(string engineName, int kilobytes)
    {
        var engine = Enum.Parse<BrowserEngine>(engineName);
        var folder = Directory.CreateTempSubdirectory("full-").FullName;
        try
        {
            var mounted = await RunCommandAsync("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "none", folder);
            Requires.Available(mounted, Unavailable.NotPermitted, "No file system can be mounted here.");
            try
            {
                Environment.SetEnvironmentVariable("TMPDIR", folder);
                var chunk = new Chunk(new ChunkOptions { Engine = engine, LaunchTimeout = TimeSpan.FromSeconds(3) });
                await using var site = await Site.HostileSite.StartAsync();
                var e = await Record.ExceptionAsync(() =>
                    chunk.FetchAsync(site.Url("/"), RowRun.Ample, TestContext.Current.CancellationToken)
                );
                // With a little space a browser may work; with none, the caller must get an exception.
                Assert.True(e is null or IOException or BrowserLaunchException, $"{e}");
                if (kilobytes <= 4)
                    Assert.NotNull(e);
                await chunk.EndAsync();
                await chunk.AssertLeftNothingAsync();
                Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
            }
            finally
            {
                Environment.SetEnvironmentVariable("TMPDIR", Ground.Current.Temp);
                Assert.True(await RunCommandAsync("umount", folder));
            }
        }
        finally
        {
            Directory.Delete(folder);
        }
        await RunAsync(Plain, engine);
    }

    [Theory]
    [InlineData(nameof(BrowserEngine.Pipe))]
    [InlineData(nameof(BrowserEngine.Playwright))]
    public async Task End_TempFolderDeletedByAnotherProcess_IsClean(string engineName)
    {
        var engine = Enum.Parse<BrowserEngine>(engineName);
        var folder = Directory.CreateTempSubdirectory("gone-").FullName;
        try
        {
            Environment.SetEnvironmentVariable("TMPDIR", folder);
            await using var chunk = new Chunk(new ChunkOptions { Engine = engine });
            await using var site = await Site.HostileSite.StartAsync();
            await chunk.FetchAsync(site.Url("/"), RowRun.Ample, TestContext.Current.CancellationToken);
            Directory.Delete(folder, recursive: true);
            await chunk.EndAsync();
            await chunk.AssertLeftNothingAsync();
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", Ground.Current.Temp);
        }
        await RunAsync(Plain, engine);
    }

    private static async Task<bool> RunCommandAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
