using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Cli.Output;

/// <summary>Writes records in their stored order, as lines of a file and as Markdown files.</summary>
internal sealed class ResultFiles : IAsyncDisposable
{
    // NDJSON is not embedded in HTML, so non-ASCII text need not be escaped. It stays readable and is half as large.
    private static readonly CrawlJson Json = new(
        new JsonSerializerOptions(CrawlJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly MarkdownPaths _paths = new();
    private readonly FileStream _lines;
    private readonly string _markdown;
    private readonly FileSettings _settings;
    private readonly SavedPages? _saved;
    private long _complete;

    /// <summary>Starts with an empty file of lines. Existing Markdown files are kept until they are overwritten.</summary>
    /// <param name="pages">The file of the lines.</param>
    /// <param name="markdown">The folder of the Markdown files. Lines always call it markdown/, its final name.</param>
    /// <param name="settings">What the Markdown files hold.</param>
    /// <param name="saved">The files of all pages, to make links relative; null keeps them absolute.</param>
    public ResultFiles(string pages, string markdown, FileSettings settings, SavedPages? saved = null)
    {
        (_markdown, _settings, _saved) = (markdown, settings, saved);
        Directory.CreateDirectory(markdown);
        // Shared, so that the file can be read and moved while it grows. Unbuffered, so that Truncate can remove what a failed
        // write left of a line.
        const FileShare shared = FileShare.ReadWrite | FileShare.Delete;
        _lines = new FileStream(pages, FileMode.Create, FileAccess.Write, shared, bufferSize: 0);
    }

    /// <summary>Writes a record: first its Markdown file, then its line. Error pages have no file.</summary>
    public async Task AddAsync(PageRecord record)
    {
        var path = PathOf(record, _settings, _paths);
        if (path is not null)
        {
            var file = Path.Combine(_markdown, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, Compose(record, path));
        }
        await _lines.WriteAsync(Utf8.GetBytes(Line(record, path) + "\n"));
        _complete = _lines.Position;
    }

    /// <summary>The path of a record's Markdown file; null if it gets none.</summary>
    /// <param name="record">The record.</param>
    /// <param name="settings">What the Markdown files hold.</param>
    /// <param name="paths">The paths of the records before it.</param>
    public static string? PathOf(PageRecord record, FileSettings settings, MarkdownPaths paths) =>
        settings.ContentOf(record) is null ? null : paths.For(record.Url);

    /// <summary>Removes an incomplete last line, which a full disk may have left.</summary>
    public void Truncate() => _lines.SetLength(_complete);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _lines.DisposeAsync();

    private string Compose(PageRecord record, string path)
    {
        var content = _settings.ContentOf(record)!;
        if (_saved is not null)
            content = RelativeLinks.Rewrite(content, path, _saved.Find);
        return _settings.FrontMatter ? FrontMatter.Of(record) + content : content;
    }

    /// <summary>The line of a record: the stored record without its cursor, plus the path of its Markdown file.</summary>
    /// <param name="record">The record.</param>
    /// <param name="path">The path below markdown/; null if the record has no text.</param>
    internal static string Line(PageRecord record, string? path)
    {
        var json = JsonSerializer.Serialize(record with { Cursor = null }, Json.PageRecord);
        return path is null
            ? json
            : $"{json[..^1]},\"file\":{JsonSerializer.Serialize("markdown/" + path, Json.String)}}}";
    }
}
