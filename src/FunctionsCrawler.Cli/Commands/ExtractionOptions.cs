using System.CommandLine;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Cli.Commands;

/// <summary>The options that say what is taken from pages.</summary>
internal sealed class ExtractionOptions
{
    /// <summary>The formats a command line can ask for. Pictures have an option of their own, which names their file.</summary>
    public static readonly IReadOnlyList<PageFormat> Formats =
    [
        .. Enum.GetValues<PageFormat>().Where(format => format != PageFormat.Screenshot),
    ];

    private readonly Option<PageFormat[]> _formats;

    private readonly Option<string[]> _include = OptionKinds.Many(
        "--include-css",
        "SELECTOR",
        "Takes only the elements that match this CSS selector."
    );

    private readonly Option<string[]> _exclude = OptionKinds.Many(
        "--exclude-css",
        "SELECTOR",
        "Leaves out the elements that match this CSS selector."
    );

    private readonly Option<string?> _schema = OptionKinds.Text(
        "--schema",
        "FILE",
        "Reads structured data as this JSON file describes; see docs/extraction.md."
    );

    private readonly Option<string?> _query = OptionKinds.Text(
        "--query",
        "TEXT",
        "Also finds the parts of the main content that match these words best."
    );

    private readonly Option<bool> _citations = new("--citations")
    {
        Description = "Writes links in Markdown as [text][1], with the list of URLs at its end.",
    };

    /// <summary>Creates the options.</summary>
    /// <param name="description">What the formats are for.</param>
    /// <param name="standard">The formats if none are given, as help shows them.</param>
    public ExtractionOptions(string description, string standard) =>
        _formats = OptionKinds.Choices("--format", Formats, description, standard);

    /// <summary>All options.</summary>
    public IReadOnlyList<Option> All => [_formats, _include, _exclude, _schema, _query, _citations];

    /// <summary>Reads what to extract.</summary>
    /// <exception cref="UsageException">The schema cannot be read or is invalid.</exception>
    public async Task<ExtractOptions> ReadAsync(ParseResult parsed) =>
        new()
        {
            Formats = parsed.IsGiven(_formats) ? parsed.GetValue(_formats) : null,
            Include = parsed.GetValue(_include) ?? [],
            Exclude = parsed.GetValue(_exclude) ?? [],
            Schema = parsed.GetValue(_schema) is { } file ? await ReadSchemaAsync(file) : null,
            Query = parsed.GetValue(_query),
            Citations = parsed.GetValue(_citations),
        };

    private static async Task<ExtractSchema> ReadSchemaAsync(string file)
    {
        var json = await JsonFile.ReadAsync("--schema", file);
        var result = RequestReader.ReadSchema(json);
        return result.Request ?? throw JsonFile.Invalid("--schema", file, result.Faults);
    }
}
