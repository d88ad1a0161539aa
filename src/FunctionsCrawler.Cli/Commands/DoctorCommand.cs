using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Memory;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>
/// <c>crawl doctor</c>: shows what is installed, what is missing and how to install it; then starts a browser and verifies
/// that it leaves nothing behind. With <c>--storage</c> it checks stored crawls instead.
/// </summary>
internal sealed class DoctorCommand : Command, IHelpTopic
{
    private readonly Option<string?> _storage = OptionKinds.Text(
        "--storage",
        "STORAGE",
        "Checks the crawls of a storage of crawl serve, or of an output folder, instead of this machine."
    );

    private readonly Option<bool> _repair = new("--repair")
    {
        Description = "Moves damaged data aside, so that it is computed or crawled again when the crawl continues.",
    };

    public DoctorCommand()
        : base("doctor", "Shows what is installed, what is missing and how to install it; checks stored crawls.")
    {
        Options.Add(_storage);
        Options.Add(_repair);
        SetAction(
            (parsed, token) =>
                parsed.GetValue(_storage) is { } storage
                    ? StorageDoctor.RunAsync(storage, parsed.GetValue(_repair), token)
                : parsed.GetValue(_repair)
                    ? throw new UsageException("--repair needs --storage, which names the storage to repair")
                : RunAsync()
        );
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl doctor [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups => [new("Stored crawls", _storage, _repair)];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples =>
        [
            new(
                "crawl doctor",
                "Starts a browser and verifies that it leaves no processes, files or sockets behind; exit code 1 if something is wrong."
            ),
            new(
                "crawl doctor --storage ./crawl-storage",
                "Reads all stored crawls and names what is damaged or missing; exit code 1 if there is something."
            ),
        ];

    private static async Task<int> RunAsync()
    {
        PrintRow("ok", "system", $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores");
        PrintRow("ok", ".NET", RuntimeInformation.FrameworkDescription);
        PrintRow("ok", "temp folder", Path.GetTempPath());
        var budget = MemoryBudget.Resolve(1536L * 1024 * 1024);
        PrintRow("ok", "memory budget", $"{budget / (1024 * 1024)} MB of the default 1536 MB");
        if (ChromiumLocator.Find(out var fault) is not { } chromium)
        {
            PrintRow("missing", "Chromium", fault!);
            return ExitCode.Failed;
        }
        PrintRow("ok", "Chromium", $"{chromium.Path} ({chromium.Source})");
        PrintRow("ok", "engine", chromium.Engine == BrowserEngine.Pipe ? "pipe" : "playwright");
        PrintRow("ok", "sandbox", chromium.Sandbox.ToString());
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        try
        {
            var launch = new BrowserLaunch
            {
                ExecutablePath = chromium.Path,
                UserAgent = "FunctionsCrawler doctor",
                Engine = chromium.Engine,
                Sandbox = chromium.Sandbox.IsOn,
                RendererBytes = MemoryBudget.ForRenderer(budget),
            };
            await using var browser = await BrowserInvocation.LaunchAsync(launch, TimeProvider.System, stop.Token);
            await browser.OpenTabAsync(shared: true, stop.Token);
            return PrintResult(await browser.CloseAsync());
        }
        catch (Exception e) when (e is BrowserLaunchException or BrowserLostException)
        {
            PrintRow("broken", "browser", e.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }
    }

    private static int PrintResult(BrowserReceipt receipt)
    {
        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"launched in {receipt.LaunchMs:F0} ms, disposed in {receipt.DisposeMs:F0} ms"
        );
        PrintRow("ok", "browser", figures);
        PrintRow(
            "ok",
            "renderer limit",
            receipt.RendererLimitMb is { } limit
                ? string.Create(CultureInfo.InvariantCulture, $"{limit:F0} MB, enforced by the kernel")
                : "none: not supported on this system; browsers are stopped when memory exceeds the budget"
        );
        var left = receipt.ProcessesLeft is null ? "unknown on this platform" : $"{receipt.ProcessesLeft} processes";
        PrintRow(
            receipt.IsClean ? "ok" : "broken",
            "left behind",
            $"{left}, {receipt.BytesLeft} bytes, {receipt.SocketsLeft} sockets"
        );
        return receipt.IsClean ? ExitCode.Done : ExitCode.Failed;
    }

    private static void PrintRow(string state, string what, string detail) =>
        Console.WriteLine($"{state, -8} {what, -14} {detail}");
}
