using System.CommandLine;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options that say what screenshots are like.</summary>
internal sealed class PictureOptions
{
    private readonly Option<string?> _of = OptionKinds.Text(
        "--screenshot-of",
        "page|viewport|css:SELECTOR",
        "What a screenshot shows: the whole page, what its window shows, or an element.",
        "page"
    );

    private readonly Option<PictureFormat?> _format = OptionKinds.OptionalChoice<PictureFormat>(
        "--screenshot-format",
        "The format of screenshots, PNG if nothing else says it."
    );

    private readonly Option<int> _quality = OptionKinds.Number(
        "--screenshot-quality",
        80,
        1,
        100,
        "How well a JPEG or WebP resembles the page."
    );

    /// <summary>All options.</summary>
    public IReadOnlyList<Option> All => [_of, _format, _quality];

    /// <summary>Refuses these options where no screenshot is taken.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="needed">The option that takes one.</param>
    /// <exception cref="UsageException">One of them is given.</exception>
    public void RequireNone(ParseResult parsed, string needed)
    {
        if (All.FirstOrDefault(parsed.IsGiven) is { } option)
            throw new UsageException($"{option.Name} is about screenshots; {needed} takes one");
    }

    /// <summary>Reads what screenshots are like.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="standard">The format if none is given.</param>
    /// <exception cref="UsageException">An option is invalid.</exception>
    public ScreenshotOptions Read(ParseResult parsed, PictureFormat standard = PictureFormat.Png)
    {
        var of = (parsed.GetValue(_of) ?? "page").Trim();
        var isElement = of.StartsWith("css:", StringComparison.OrdinalIgnoreCase);
        if (!isElement && of is not ("page" or "viewport"))
            throw new UsageException($"--screenshot-of is '{of}'; it must be page, viewport or css: with a selector");
        var options = new ScreenshotOptions
        {
            FullPage = of is not "viewport",
            Selector = isElement ? of : null,
            Format = parsed.GetValue(_format) ?? standard,
            Quality = parsed.IsGiven(_quality) ? parsed.GetValue(_quality) : null,
        };
        return options is { Format: PictureFormat.Png, Quality: { } quality }
            ? throw new UsageException(
                $"--screenshot-quality is '{quality}', but the format is png, which loses nothing"
            )
            : options;
    }
}
