using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Dispatch;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl doctor</c>: what is installed, what is missing, how to install it; ends by starting a browser and proving it gone.</summary>
internal sealed class DoctorCommand : Command
{
    public DoctorCommand()
        : base("doctor", "Shows what is installed, what is missing and how to install it.") =>
        SetAction((_, token) => RunAsync(token));

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Say("ok", "system", $"{RuntimeInformation.OSDescription}, {Environment.ProcessorCount} cores");
        Say("ok", ".NET", RuntimeInformation.FrameworkDescription);
        Say("ok", "temp folder", Path.GetTempPath());
        var budget = MemoryBudget.Resolve(1536L * 1024 * 1024);
        Say("ok", "memory budget", $"{budget / (1024 * 1024)} MB of the default 1536 MB");
        if (ChromiumLocator.Find(out var fault) is not { } chromium)
        {
            Say("missing", "Chromium", fault!);
            return ExitCode.Failed;
        }
        Say("ok", "Chromium", $"{chromium.Path} ({chromium.Source})");
        Say("ok", "engine", chromium.Engine == BrowserEngine.Pipe ? "pipe" : "playwright");
        Say("ok", "sandbox", chromium.Sandbox.ToString());
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
            await using var browser = await BrowserInvocation.LaunchAsync(
                launch,
                TimeProvider.System,
                cancellationToken
            );
            await browser.OpenTabAsync(shared: true, cancellationToken);
            return Judge(await browser.CloseAsync());
        }
        catch (Exception e) when (e is BrowserLaunchException or BrowserLostException)
        {
            Say("broken", "browser", e.Message);
            return ExitCode.Failed;
        }
    }

    private static int Judge(BrowserReceipt receipt)
    {
        var figures = string.Create(
            CultureInfo.InvariantCulture,
            $"launched in {receipt.LaunchMs:F0} ms, disposed of in {receipt.DisposeMs:F0} ms"
        );
        Say("ok", "browser", figures);
        Say(
            "ok",
            "renderer limit",
            receipt.RendererLimitMb is { } limit
                ? string.Create(CultureInfo.InvariantCulture, $"{limit:F0} MB, held by the kernel")
                : "none: the kernel sets none here; memory is measured and browsers are stopped all the same"
        );
        var left = receipt.ProcessesLeft is null
            ? "cannot be told on this platform"
            : $"{receipt.ProcessesLeft} processes";
        Say(
            receipt.IsClean ? "ok" : "broken",
            "left behind",
            $"{left}, {receipt.BytesLeft} bytes, {receipt.SocketsLeft} sockets"
        );
        return receipt.IsClean ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Say(string state, string what, string detail) =>
        Console.WriteLine($"{state, -8} {what, -14} {detail}");
}
