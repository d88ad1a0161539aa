using System.Diagnostics;

namespace FunctionsCrawler.Package.Tests;

/// <summary>Runs a command as a user would.</summary>
internal static class DotnetCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs a command and waits for its end. After 10 minutes it and its children are killed.</summary>
    /// <param name="folder">The working directory.</param>
    /// <param name="caches">
    /// The folder for the package cache, the download cache and the output of file-based apps. Null: those of the user.
    /// </param>
    /// <param name="file">The program, such as "dotnet".</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<CommandResult> RunAsync(
        string folder,
        string? caches,
        string file,
        params string[] arguments
    )
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["DOTNET_NOLOGO"] = "1",
                ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
                // No servers that stay behind.
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["UseSharedCompilation"] = "false",
            },
        };
        if (caches is not null)
        {
            start.Environment["NUGET_PACKAGES"] = Path.Combine(caches, "packages");
            // .NET ignores it if it does not exist.
            start.Environment["XDG_DATA_HOME"] = Directory.CreateDirectory(Path.Combine(caches, "data")).FullName;
        }
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new CommandResult(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}

/// <summary>How a command ended.</summary>
internal sealed record CommandResult(int Code, string Out, string Error)
{
    /// <summary>What it printed, for messages of tests.</summary>
    public override string ToString() => $"exit code {Code}\n{Out}\n{Error}";
}
