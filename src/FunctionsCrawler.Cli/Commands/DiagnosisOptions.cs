using System.CommandLine;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options that tell why pages fail, for crawls and, with the names of files, for <c>crawl scrape</c>.</summary>
internal sealed class DiagnosisOptions
{
    private readonly Option<bool> _diagnostics;
    private readonly Option<bool>? _har;
    private readonly Option<bool>? _failure;
    private readonly Option<string?>? _harFile;
    private readonly Option<string?>? _failureFile;

    private DiagnosisOptions(bool namesFiles)
    {
        const string failure = "Takes a picture of what a browser shows when a page fails";
        _diagnostics = new("--diagnostics")
        {
            Description = namesFiles
                ? "Prints messages of the page's console, failed requests and times; with --json, adds them to the record."
                : "Adds messages of a page's console, failed requests and times to its record.",
        };
        if (namesFiles)
        {
            _harFile = OptionKinds.Text("--har", "FILE", "Writes the page's requests into this HTTP Archive.");
            _failureFile = OptionKinds.Text("--screenshot-on-failure", "FILE", $"{failure}, into this PNG file.");
        }
        else
        {
            _har = new("--har") { Description = "Records each page's requests as an HTTP Archive." };
            _failure = new("--screenshot-on-failure") { Description = $"{failure}." };
        }
    }

    /// <summary>Creates the options of a crawl.</summary>
    public static DiagnosisOptions OfCrawls() => new(namesFiles: false);

    /// <summary>Creates the options of a scrape.</summary>
    public static DiagnosisOptions OfScrapes() => new(namesFiles: true);

    /// <summary>All options.</summary>
    public IReadOnlyList<Option> All => [_diagnostics, (Option?)_har ?? _harFile!, (Option?)_failure ?? _failureFile!];

    /// <summary>Those that name a file.</summary>
    public IEnumerable<Option<string?>> Files => new[] { _harFile, _failureFile }.OfType<Option<string?>>();

    /// <summary>The option that names the file of an artifact; null if none does.</summary>
    public Option<string?>? FileOf(string artifact) =>
        artifact switch
        {
            "har" => _harFile,
            "failure" => _failureFile,
            _ => null,
        };

    /// <summary>Whether what happened is recorded.</summary>
    public bool IsAsked(ParseResult parsed) => parsed.GetValue(_diagnostics);

    /// <summary>Adds what is recorded to how pages are visited.</summary>
    /// <exception cref="UsageException">A name is not one of a file.</exception>
    public PageOptions AddTo(PageOptions page, ParseResult parsed)
    {
        foreach (var file in Files)
            CaptureFiles.RequireFile(file, parsed);
        return page with
        {
            Diagnostics = parsed.GetValue(_diagnostics),
            Har = _har is null ? parsed.GetValue(_harFile!) is not null : parsed.GetValue(_har),
            ScreenshotOnFailure = _failure is null
                ? parsed.GetValue(_failureFile!) is not null
                : parsed.GetValue(_failure),
        };
    }
}
