using System.CommandLine;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options of the Markdown files.</summary>
internal sealed class FileOptions
{
    private static readonly FileSettings Standard = new();

    private readonly Option<PageContent> _content = OptionKinds.Choice(
        "--content",
        Standard.Content,
        "What the Markdown files hold. main: without navigation and footers; full: the whole page."
    );

    private readonly Option<bool> _noFrontMatter = new("--no-front-matter")
    {
        Description = "Writes Markdown files without YAML front matter.",
    };

    private readonly Option<bool> _relativeLinks = new("--relative-links")
    {
        Description = "Makes links between saved pages lead to their files, at the end of the crawl.",
    };

    public IReadOnlyList<Option> All => [_content, _noFrontMatter, _relativeLinks];

    /// <summary>The settings of a new crawl.</summary>
    public FileSettings Read(ParseResult parsed) => Read(parsed, Standard);

    /// <summary>The settings that a resumed crawl had, with the options that are given.</summary>
    public FileSettings Read(ParseResult parsed, FileSettings before) =>
        before with
        {
            Content = parsed.IsGiven(_content) ? parsed.GetValue(_content) : before.Content,
            FrontMatter = parsed.IsGiven(_noFrontMatter) ? !parsed.GetValue(_noFrontMatter) : before.FrontMatter,
            RelativeLinks = parsed.IsGiven(_relativeLinks) ? parsed.GetValue(_relativeLinks) : before.RelativeLinks,
        };
}
