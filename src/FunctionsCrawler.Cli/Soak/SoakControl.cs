using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>
/// The control of a probe: the same pages, visited by a new process of this program. A process that has just started cannot
/// have slowed down, so the comparison cancels out the load of the machine.
/// </summary>
internal sealed class SoakControl(CrawlRequest probe, SoakOptions options, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <returns>Milliseconds of each page, in order; empty if the process failed or exceeded two minutes.</returns>
    public async Task<IReadOnlyList<double>> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("crawl-soak-control-").FullName;
        try
        {
            using var process = Process.Start(Command(Path.Combine(folder, "out")))!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            using var timeout = new CancellationTokenSource(Limit, time);
            try
            {
                // Ctrl-C reaches the child too. It is not killed then, so that it can dispose its browser.
                await process.WaitForExitAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
            await output;
            if (process.ExitCode == 0)
                return await ReadAsync(Path.Combine(folder, "out", "pages.ndjson"));
            await Console.Error.WriteLineAsync(
                $"control process exited with {process.ExitCode}: {(await errors).Trim()}"
            );
            return [];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private ProcessStartInfo Command(string folder)
    {
        var program = Environment.ProcessPath!;
        // With "dotnet FunctionsCrawler.Cli.dll" the executable is dotnet, and the assembly is an argument.
        var isHost = string.Equals(
            Path.GetFileNameWithoutExtension(program),
            "dotnet",
            StringComparison.OrdinalIgnoreCase
        );
        string[] arguments =
        [
            .. isHost ? [Environment.GetCommandLineArgs()[0]] : Array.Empty<string>(),
            .. probe.Urls,
            "--mode",
            "batch",
            "--render",
            "always",
            "--concurrency",
            probe.Concurrency.ToString(CultureInfo.InvariantCulture),
            "--out",
            folder,
            "--quiet",
            .. options.Settings.AllowPrivate ? ["--allow-private"] : Array.Empty<string>(),
            .. options.Settings.Allow.SelectMany(a => new[] { "--allow", a }),
        ];
        return new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    private static async Task<IReadOnlyList<double>> ReadAsync(string file)
    {
        var durations = new List<double>();
        await foreach (var line in File.ReadLinesAsync(file))
            durations.Add(JsonSerializer.Deserialize(line, CrawlJson.Default.PageRecord)!.DurationMs);
        return durations;
    }
}
