using System.CommandLine;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options of a crawl that say which files are made of each page. They need a browser, so every page is rendered.</summary>
internal sealed class CaptureOptions
{
    private readonly Option<bool> _screenshot = new("--screenshot") { Description = "Takes a picture of each page." };

    private readonly PictureOptions _pictures = new();

    private readonly Option<bool> _pdf = new("--pdf") { Description = "Prints each page into a PDF." };

    private readonly Option<SnapshotKind> _snapshot = OptionKinds.Choice(
        "--snapshot",
        SnapshotKind.None,
        "Copies each page with all that it shows into one file."
    );

    /// <summary>All options.</summary>
    public IReadOnlyList<Option> All => [_screenshot, .. _pictures.All, _pdf, _snapshot];

    /// <summary>Adds the files to how pages are visited.</summary>
    /// <exception cref="UsageException">An option is invalid.</exception>
    public PageOptions AddTo(PageOptions page, ParseResult parsed)
    {
        var isPictured = parsed.GetValue(_screenshot);
        if (!isPictured)
            _pictures.RequireNone(parsed, _screenshot.Name);
        return page with
        {
            Screenshot = isPictured ? _pictures.Read(parsed) : null,
            Pdf = parsed.GetValue(_pdf),
            Snapshot = parsed.GetValue(_snapshot),
        };
    }
}
