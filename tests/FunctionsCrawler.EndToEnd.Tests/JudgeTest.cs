using System.Diagnostics;
using System.Text.Json;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>A test in which a client of another crawler uses <c>crawl serve</c>.</summary>
public abstract class JudgeTest : EndToEndTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Starts a server; 0 lets it choose its port.</summary>
    private protected CrawlProcess Start(int port) =>
        Place.Start(["serve", "--port", $"{port}", "--allow-private", "--rate", "0"]);

    /// <summary>Starts a server and waits until it listens.</summary>
    private protected async Task<ContractClient> ServeAsync(int port) => new(await Workplace.ServeAsync(Start(port)));

    /// <summary>Runs a script of tests/judges with the packages that ./test installs.</summary>
    private protected static async Task<JsonElement> RunAsync(
        string script,
        Uri server,
        string site,
        params string[] more
    )
    {
        var packages = Environment.GetEnvironmentVariable("CRAWL_TEST_JUDGES");
        Requires.Installed(
            Need.Judges,
            packages is not null,
            "CRAWL_TEST_JUDGES is not set; ./test installs the clients."
        );
        var node = NeedsCommand("node", Need.Judges);
        var file = Path.Combine(Repository.Root, "tests", "judges", script);
        var start = new ProcessStartInfo(node, [file, packages, server.AbsoluteUri, site, .. more])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience);
            Assert.True(process.ExitCode == 0, $"{script} failed:\n{await error}");
            return JsonElement.Parse((await output).Trim().Split('\n')[^1]);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
