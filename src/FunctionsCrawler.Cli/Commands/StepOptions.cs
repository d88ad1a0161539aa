using System.CommandLine;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options that say what is done in a page before it is read. They need a browser.</summary>
internal sealed class StepOptions
{
    private readonly Option<string?> _actions = OptionKinds.Text(
        "--actions",
        "FILE",
        "A JSON list of steps to carry out in each page: clicks, texts to write, waits (docs/actions.md)."
    );

    private readonly Option<bool> _removeOverlays = new("--remove-overlays")
    {
        Description = "Removes dialogs about cookies, sign-ups and the like.",
    };

    private readonly Option<PageFrames> _frames = OptionKinds.Choice(
        "--frames",
        PageFrames.Skip,
        "What becomes of the documents in frames. inline: their content becomes part of the page; skip: they are left out."
    );

    /// <summary>All options.</summary>
    public IReadOnlyList<Option> All => [_actions, _removeOverlays, _frames];

    /// <summary>Adds what is done in pages to how they are visited.</summary>
    /// <exception cref="UsageException">The steps cannot be read or are invalid.</exception>
    public async Task<PageOptions> ApplyAsync(ParseResult parsed, PageOptions page) =>
        page with
        {
            Actions = parsed.GetValue(_actions) is { } file ? await ReadAsync(file) : [],
            RemoveOverlays = parsed.GetValue(_removeOverlays),
            Frames = parsed.GetValue(_frames),
        };

    /// <summary>Refuses scripts that <c>--allow-scripts</c> does not allow.</summary>
    /// <exception cref="UsageException">A script is not allowed.</exception>
    public static void RequireAllowed(PageOptions page, CrawlerOptions options)
    {
        if (ScriptCheck.FindFaults(page, options) is [var fault, ..])
            throw new UsageException($"{fault.Field}: {fault.Message}");
    }

    private static async Task<IReadOnlyList<PageAction>> ReadAsync(string file)
    {
        var json = await JsonFile.ReadAsync("--actions", file);
        var result = RequestReader.ReadActions(json);
        return result.Request?.Actions ?? throw JsonFile.Invalid("--actions", file, result.Faults);
    }
}
