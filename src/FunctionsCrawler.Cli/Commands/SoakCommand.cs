using System.CommandLine;
using System.Globalization;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Cli.Soak;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl soak</c>: crawls for a number of minutes or invocations and judges residue, growth and latency.</summary>
internal sealed class SoakCommand : Command, IHelpTopic
{
    private const int DefaultMinutes = 10;

    private readonly Option<int> _minutes = OptionKinds.Number(
        "--minutes",
        DefaultMinutes,
        1,
        10_080,
        "How long the soak runs."
    );

    private readonly Option<int?> _invocations = OptionKinds.OptionalNumber(
        "--invocations",
        1,
        1_000_000,
        "Runs until this many browsers were launched and disposed, instead of minutes."
    );

    private readonly Option<string[]> _urls = OptionKinds.Many(
        "--url",
        "URL",
        "Crawls from these pages instead of the built-in site."
    );

    private readonly Option<int> _hostile = new("--hostile")
    {
        Description = "Share of hostile pages on the built-in site. 0% to 100%.",
        HelpName = "N%",
        DefaultValueFactory = _ => 0,
        CustomParser = result =>
        {
            var text = OptionKinds.Only(result);
            var digits = text.EndsWith('%') ? text[..^1] : text;
            if (int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n <= 100)
                return n;
            result.AddError($"--hostile is '{text}'; it must be a whole percentage from 0% to 100%");
            return 0;
        },
    };

    private readonly Option<bool> _captures = new("--captures")
    {
        Description = "Also takes a screenshot of each rendered page, and of some a PDF and a copy.",
    };

    private readonly Option<int> _concurrency = OptionKinds.Number(
        "--concurrency",
        4,
        1,
        100,
        "Pages in flight of one crawl."
    );

    private readonly Option<int?> _seed = OptionKinds.OptionalNumber(
        "--seed",
        0,
        int.MaxValue,
        "Determines the options of the crawls. Without it, each run uses a new seed and prints it."
    );

    private readonly Option<string?> _out = OptionKinds.Text(
        "--out",
        "DIR",
        "The output folder; it must be new or empty.",
        "./soak/<time>",
        "-o"
    );

    private readonly Option<bool> _allowPrivate = new("--allow-private")
    {
        Description = "Allows private, loopback and link-local addresses, with --url.",
    };

    public SoakCommand()
        : base("soak", "Crawls for minutes or invocations; fails if anything is left behind, grows or slows down.")
    {
        foreach (var option in Groups.SelectMany(g => g.Options))
            Options.Add(option);
        SetAction((parsed, _) => RunAsync(parsed));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl soak [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups =>
        [
            new("What to crawl", _urls, _hostile, _captures, _concurrency, _allowPrivate),
            new("Limits", _minutes, _invocations),
            new("Output", _seed, _out),
        ];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples =>
        [
            new(
                "crawl soak --invocations 500 --hostile 20%",
                "500 browsers; one page in five is hostile. About an hour."
            ),
        ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes =>
        [
            "Exit codes: 0 passed; 1 failed; 2 wrong command line; 4 inconclusive: nothing was wrong, but there were too few "
                + "invocations to judge growth and latency; 130 interrupted.",
        ];

    private async Task<int> RunAsync(ParseResult parsed)
    {
        var time = TimeProvider.System;
        var options = Read(parsed, time);
        if (!OperatingSystem.IsLinux())
            throw new UsageException("crawl soak reads /proc, which this platform does not have; run it on Linux");
        BrowserCheck.RequireChromium();
        if (parsed.GetValue(_out) is { } named && string.IsNullOrWhiteSpace(named))
            throw new UsageException($"--out is '{named}'; it must be the name of a new or an empty folder");
        using var folder = SoakFolder.Create(parsed.GetValue(_out), time.GetUtcNow());
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(() => OnSignal(stop));
        await StartupSweep.RunAsync(CancellationToken.None);
        await Console.Error.WriteLineAsync($"crawl soak {options.Describe()}");
        try
        {
            var (summary, series) = await new SoakRun(options, folder, time).RunAsync(stop.Token);
            folder.Write(summary, SoakChart.Draw(summary, series));
            Console.Write(SoakText.Describe(summary, folder.Path));
            return summary.Interrupted ? ExitCode.Cancelled : CodeOf(summary.Verdict);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The disk is full, for example. The samples are then incomplete, so there is no verdict.
            await ErrorLine.WriteAsync($"the soak cannot continue: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static int CodeOf(SoakVerdict verdict) =>
        verdict switch
        {
            SoakVerdict.Passed => ExitCode.Done,
            SoakVerdict.Inconclusive => ExitCode.Inconclusive,
            _ => ExitCode.Failed,
        };

    private SoakOptions Read(ParseResult parsed, TimeProvider time)
    {
        if (parsed.IsGiven(_minutes) && parsed.IsGiven(_invocations))
            throw new UsageException("--minutes and --invocations are both given; use only one of them");
        var urls = (parsed.GetValue(_urls) ?? []).Select(u => StartUrl.WithScheme(u) ?? u).ToArray();
        if (urls.Length > 0 && parsed.IsGiven(_hostile))
            throw new UsageException(
                "--hostile cannot be used with --url: only the built-in site has hostile pages; leave out one of them"
            );
        if (urls.Length == 0 && parsed.IsGiven(_allowPrivate))
            throw new UsageException("--allow-private is for --url; the built-in site is always allowed");
        if (urls.Length > 0 && CrawlRequestValidator.Validate(new CrawlRequest { Urls = urls }) is [var fault, ..])
            throw new UsageException(fault.Message);
        return new SoakOptions
        {
            Minutes = parsed.IsGiven(_invocations) ? null : parsed.GetValue(_minutes),
            Invocations = parsed.GetValue(_invocations),
            Urls = urls,
            HostilePercent = parsed.GetValue(_hostile),
            Captures = parsed.GetValue(_captures),
            Concurrency = parsed.GetValue(_concurrency),
            Seed = parsed.GetValue(_seed) ?? (int)(time.GetUtcNow().ToUnixTimeSeconds() % 1_000_000),
            Settings = new CrawlSettings { AllowPrivate = urls.Length == 0 || parsed.GetValue(_allowPrivate) },
        };
    }

    private static void OnSignal(CancellationTokenSource stop)
    {
        Console.Error.WriteLine("crawl: interrupted; writing the results so far");
        stop.Cancel();
    }
}
