using System.CommandLine;
using FunctionsCrawler.Cli.Client;
using FunctionsCrawler.Cli.Export;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Cli.Shell;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Extraction.Chunking;
using FunctionsCrawler.Hosting;
using Microsoft.Data.Sqlite;

namespace FunctionsCrawler.Cli.Commands;

/// <summary><c>crawl export</c>: writes the records of a crawl, or chunks of its pages, in another format.</summary>
internal sealed class ExportCommand : Command, IHelpTopic
{
    private readonly Argument<string> _crawl = new("crawl")
    {
        Description = "An output folder, a storage folder of crawl serve, or the id of a crawl on a server.",
    };

    private readonly Option<ExportFormat> _format = OptionKinds.Choice(
        "--format",
        ExportFormat.Jsonl,
        "jsonl, ndjson: a line of JSON per record; csv: a table of the pages; sqlite: a database with pages, links and full-text search; wacz, warc: the archive of a crawl with --warc."
    );

    private readonly Option<int?> _chunks = OptionKinds.OptionalNumber(
        "--chunks",
        MarkdownChunks.MinSize,
        1_000_000,
        "Writes the pages in chunks of at most this many characters instead of whole, as lines of JSON."
    );

    private readonly Option<PageContent> _content = OptionKinds.Choice(
        "--content",
        PageContent.Main,
        "The text of chunks, csv and sqlite. main: without navigation and footers; full: the whole page."
    );

    private readonly Option<bool> _keepFormulas = new("--keep-formulas")
    {
        Description = "Writes csv text that spreadsheets take for a formula without an apostrophe before it.",
    };

    private readonly Option<string?> _out = OptionKinds.Text(
        "--out",
        "FILE|-",
        "The file to write; - is standard output.",
        "./<id>.<format>",
        "-o"
    );

    private readonly Option<string?> _id = OptionKinds.Text(
        "--id",
        "ID",
        "The crawl in a storage folder that holds several."
    );

    private readonly ServerOptions _server = new();

    public ExportCommand()
        : base("export", "Writes the pages of a crawl as JSON lines, chunks, CSV or SQLite, or its archive.")
    {
        Arguments.Add(_crawl);
        foreach (var option in Groups.SelectMany(g => g.Options))
            Options.Add(option);
        SetAction((parsed, _) => ClientCommand.RunAsync(() => RunAsync(parsed)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Usage => ["crawl export <folder-or-id> [options]"];

    /// <inheritdoc/>
    public IReadOnlyList<OptionGroup> Groups =>
        [
            new("What to write", _format, _chunks, _content, _keepFormulas),
            new("Output", _out),
            new("Source", [_id, .. _server.All]),
        ];

    /// <inheritdoc/>
    public IReadOnlyList<Example> Examples =>
        [
            new("crawl export crawls/<id> --chunks 5000 -o chunks.jsonl", "The pages in chunks, for retrieval."),
            new("crawl export docs --format sqlite", "The crawl 'docs' of a server as docs.sqlite."),
        ];

    private async Task<int> RunAsync(ParseResult parsed)
    {
        var (format, size) = (parsed.GetValue(_format), parsed.GetValue(_chunks));
        if (size is not null && format is not (ExportFormat.Jsonl or ExportFormat.Ndjson))
            throw new UsageException(
                $"--chunks cannot be used with --format {OptionText.Format(format)}; chunks are written as jsonl or ndjson"
            );
        using var stop = new CancellationTokenSource();
        using var signals = new StopSignals(stop.Cancel);
        using var client = _server.Connect(parsed);
        try
        {
            var source = await OpenAsync(parsed, client, stop.Token);
            var name = parsed.GetValue(_out) ?? Path.Combine(".", $"{source.Id}.{ExtensionOf(format)}");
            await using var file = ExportFile.Create(string.Equals(name, "-", StringComparison.Ordinal) ? null : name);
            if (format is ExportFormat.Wacz or ExportFormat.Warc)
            {
                await source.CopyArchive(OptionText.Format(format), file.OpenStream(), stop.Token);
                await file.CompleteAsync(stop.Token);
                await Console.Error.WriteLineAsync($"crawl: exported the archive to {name}{Rest(source)}");
                return ExitCode.Done;
            }
            var count = 0;
            await using (var writer = CreateWriter(parsed, file, source))
            {
                await foreach (var record in source.Records.WithCancellation(stop.Token))
                {
                    await writer.AddAsync(record);
                    count++;
                }
                await writer.CompleteAsync();
            }
            await file.CompleteAsync(stop.Token);
            await Console.Error.WriteLineAsync($"crawl: exported {Plural.Of(count, "record")} to {name}{Rest(source)}");
            return ExitCode.Done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await ErrorLine.WriteAsync("the export was cancelled; nothing was written");
            return ExitCode.Cancelled;
        }
        catch (Exception e)
            when (e
                    is SqliteException
                        or InvalidDataException
                        or DamagedBlobException
                        or UnauthorizedAccessException
                        or (IOException and not HttpIOException)
            )
        {
            await ErrorLine.WriteAsync($"the export failed: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static string ExtensionOf(ExportFormat format) =>
        format == ExportFormat.Warc ? ArchiveExtensions.Warc : OptionText.Format(format);

    private static string Rest(ExportSource source) =>
        source.HasEnded ? "" : "; the crawl has not ended, so more may follow";

    private Task<ExportSource> OpenAsync(ParseResult parsed, ServerClient client, CancellationToken cancellationToken)
    {
        var (crawl, id) = (parsed.GetValue(_crawl)!, parsed.GetValue(_id));
        if (crawl.StartsWith('-'))
            throw new UsageException(StartUrls.DescribeOption(crawl, this));
        if (Directory.Exists(crawl))
            return _server.All.FirstOrDefault(parsed.IsGiven) is { } option
                ? throw new UsageException($"{option.Name} cannot be used with the folder '{crawl}'")
                : ExportSource.OpenFolderAsync(crawl, id, cancellationToken);
        if (!CrawlLayout.IsId(crawl))
            throw new UsageException($"there is no folder '{crawl}', and it is not the id of a crawl");
        return id is null
            ? ExportSource.OpenAsync(client, crawl, cancellationToken)
            : throw new UsageException($"--id can only be used with a storage folder; there is no folder '{crawl}'");
    }

    private IRecordWriter CreateWriter(ParseResult parsed, ExportFile file, ExportSource source)
    {
        var files = new FileSettings { Content = parsed.GetValue(_content) };
        if (parsed.GetValue(_chunks) is { } size)
            return new ChunkLines(file.OpenStream(), source.SourceId, size, files);
        return parsed.GetValue(_format) switch
        {
            ExportFormat.Csv => new CsvRecords(file.OpenStream(), files, parsed.GetValue(_keepFormulas)),
            ExportFormat.Sqlite => new SqliteRecords(file.Path, source, files),
            _ => new RecordLines(file.OpenStream()),
        };
    }

    /// <summary>The formats of an export.</summary>
    internal enum ExportFormat
    {
        Jsonl,
        Ndjson,
        Csv,
        Sqlite,
        Wacz,
        Warc,
    }
}
