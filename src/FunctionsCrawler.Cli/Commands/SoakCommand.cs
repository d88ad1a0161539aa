using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Soak;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl soak</c>: crawls for minutes or invocations, and proves that nothing is left, grows or slows down.</summary>
internal sealed class SoakCommand : Command
{
    private const int StandardMinutes = 10;

    private readonly Option<int> _minutes = OptionKinds.Number(
        "--minutes",
        StandardMinutes,
        1,
        10_080,
        "How long it goes on."
    );

    private readonly Option<int> _invocations = OptionKinds.Number(
        "--invocations",
        0,
        1,
        1_000_000,
        "Goes on until so many browsers were started and disposed of, instead of minutes."
    );

    private readonly Option<string[]> _urls = OptionKinds.Many(
        "--url",
        "URL",
        "Crawls from these pages instead of the built-in site."
    );

    private readonly Option<int> _hostile = new("--hostile")
    {
        Description = "How many of the built-in site's pages are hostile. 0% to 100%.",
        HelpName = "N%",
        DefaultValueFactory = _ => 0,
        CustomParser = result =>
        {
            var text = OptionKinds.Only(result);
            var digits = text.EndsWith('%') ? text[..^1] : text;
            if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n <= 100)
                return n;
            result.AddError($"--hostile is '{text}'; it takes a whole percentage from 0% to 100%");
            return 0;
        },
    };

    private readonly Option<int> _concurrency = OptionKinds.Number(
        "--concurrency",
        4,
        1,
        100,
        "Pages in flight of one crawl."
    );

    private readonly Option<int> _seed = OptionKinds.Number(
        "--seed",
        0,
        0,
        int.MaxValue,
        "What the crawls' options come from. Another each time, and printed."
    );

    private readonly Option<string?> _out = new("--out")
    {
        Description = "The folder of the results. [default: ./soak/<time>]",
        HelpName = "DIR",
    };

    private readonly Option<bool> _allowPrivate = new("--allow-private")
    {
        Description = "Allows private, loopback and link-local addresses, with --url.",
    };

    public SoakCommand()
        : base("soak", "Crawls for minutes or invocations; fails when anything is left, grows or slows down.")
    {
        foreach (
            var option in (Option[])[_minutes, _invocations, _urls, _hostile, _concurrency, _seed, _out, _allowPrivate]
        )
            Options.Add(option);
        SetAction((parsed, _) => RunAsync(parsed));
    }

    private async Task<int> RunAsync(ParseResult parsed)
    {
        var time = TimeProvider.System;
        var options = Read(parsed, time);
        if (!OperatingSystem.IsLinux())
            throw new UsageException("crawl soak looks into /proc, which this platform has not; it runs on Linux");
        if (ChromiumLocator.Find(out var fault) is null)
            throw new UsageException(fault!);
        if (parsed.GetValue(_out) is { } named && string.IsNullOrWhiteSpace(named))
            throw new UsageException($"--out is '{named}'; it takes the name of a folder, new or empty");
        using var folder = SoakFolder.Create(parsed.GetValue(_out), time.GetUtcNow());
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => OnSignal(signal, stop));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => OnSignal(signal, stop));
        await SweepCommand.BeforeCrawlAsync(CancellationToken.None);
        await Console.Error.WriteLineAsync($"crawl soak {options.Describe()}");
        try
        {
            var (summary, series) = await new SoakRun(options, folder, time).RunAsync(stop.Token);
            folder.Write(summary, SoakChart.Draw(summary, series));
            Console.Write(SoakText.Describe(summary, folder.Path));
            return summary.Interrupted ? ExitCode.Cancelled
                : summary.Passed ? ExitCode.Done
                : ExitCode.Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk, say: nothing of the soak's own can be relied on then.
            await Console.Error.WriteLineAsync(CrawlProgram.Line($"the soak cannot go on: {e.Message}"));
            return ExitCode.Failed;
        }
    }

    private SoakOptions Read(ParseResult parsed, TimeProvider time)
    {
        if (IsGiven(parsed, _minutes) && IsGiven(parsed, _invocations))
            throw new UsageException("--minutes and --invocations are both given; it takes one of them");
        var urls = parsed.GetValue(_urls) ?? [];
        if (urls.Length > 0 && IsGiven(parsed, _hostile))
            throw new UsageException(
                "--hostile cannot be had with --url; hostile pages are those of the built-in site, your pages are as they are"
            );
        if (urls.Length == 0 && IsGiven(parsed, _allowPrivate))
            throw new UsageException("--allow-private goes with --url; the built-in site needs none");
        if (urls.Length > 0 && CrawlRequestValidator.Validate(new CrawlRequest { Urls = urls }) is [var fault, ..])
            throw new UsageException(fault.Message);
        return new SoakOptions
        {
            Minutes = IsGiven(parsed, _invocations) ? null : parsed.GetValue(_minutes),
            Invocations = IsGiven(parsed, _invocations) ? parsed.GetValue(_invocations) : null,
            Urls = urls,
            HostilePercent = parsed.GetValue(_hostile),
            Concurrency = parsed.GetValue(_concurrency),
            Seed = IsGiven(parsed, _seed)
                ? parsed.GetValue(_seed)
                : (int)(time.GetUtcNow().ToUnixTimeSeconds() % 1_000_000),
            Settings = new CrawlSettings { AllowPrivate = urls.Length == 0 || parsed.GetValue(_allowPrivate) },
        };
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static void OnSignal(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        Console.Error.WriteLine("crawl: ending; the results so far are written");
        stop.Cancel();
    }
}
