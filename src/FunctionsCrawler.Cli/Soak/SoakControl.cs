using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Cli.Soak;

/// <summary>Visits the probe's pages with this same program in a process of its own, started for it and gone after it.</summary>
internal sealed class SoakControl(CrawlRequest probe, SoakOptions options, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Runs it.</summary>
    /// <returns>Milliseconds of each page, in order; empty when it did not come to its end.</returns>
    public async Task<IReadOnlyList<double>> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("crawl-soak-control-").FullName;
        try
        {
            using var process = Process.Start(Command(Path.Combine(folder, "out")))!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            using var late = new CancellationTokenSource(Limit, time);
            try
            {
                // Ctrl-C reaches it as well. It is not killed for that: it has a browser to see to its end.
                await process.WaitForExitAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
            await output;
            if (process.ExitCode == 0)
                return await ReadAsync(Path.Combine(folder, "out", "pages.ndjson"));
            await Console.Error.WriteLineAsync($"a control ended with {process.ExitCode}: {(await errors).Trim()}");
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
        // Started by "dotnet FunctionsCrawler.Cli.dll", the program is dotnet.
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
