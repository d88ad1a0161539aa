using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Cli.Output;

/// <summary>Writes from a crawl's blobs what people and programs read: pages.ndjson, summary.json, markdown/.</summary>
internal static class Exporter
{
    // NDJSON is no HTML: text in any script stays readable, and half as large.
    private static readonly CrawlJson Readable = new(
        new JsonSerializerOptions(CrawlJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    private static readonly CrawlJson Indented = new(
        new JsonSerializerOptions(Readable.Options) { WriteIndented = true }
    );

    /// <summary>A summary as people read it.</summary>
    public static string Format(CrawlSummary summary) => JsonSerializer.Serialize(summary, Indented.CrawlSummary);

    /// <summary>Writes everything that is committed. Each part replaces the one before whole.</summary>
    /// <exception cref="IOException">The disk is full or cannot be written; the blobs and the parts before are untouched.</exception>
    public static async Task WriteAsync(OutputFolder folder, CrawlSummary summary)
    {
        var pages = Path.Combine(folder.Path, "pages.ndjson");
        var markdown = Path.Combine(folder.Path, "markdown");
        Remove(markdown + ".new");
        try
        {
            await WritePagesAsync(folder, pages + ".new", markdown + ".new");
            Remove(markdown);
            Directory.Move(markdown + ".new", markdown);
            File.Move(pages + ".new", pages, overwrite: true);
            folder.Write("summary.json", Format(summary) + "\n");
        }
        catch
        {
            // Half of a result is none, and where the disk is full it is in the way.
            Remove(markdown + ".new");
            File.Delete(pages + ".new");
            throw;
        }
    }

    private static async Task WritePagesAsync(OutputFolder folder, string pages, string markdown)
    {
        Directory.CreateDirectory(markdown);
        var paths = new MarkdownPaths();
        await using var lines = new StreamWriter(pages, append: false, new UTF8Encoding(false)) { NewLine = "\n" };
        await foreach (var record in folder.Crawl.ReadRecordsAsync(CancellationToken.None))
        {
            await lines.WriteLineAsync(JsonSerializer.Serialize(record, Readable.PageRecord));
            if (record.Markdown is null)
                continue;
            var file = Path.Combine(markdown, paths.For(record.Url));
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, record.Markdown);
        }
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
