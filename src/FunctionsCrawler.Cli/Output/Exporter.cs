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
    /// <exception cref="IOException">The disk is full or cannot be written; the blobs are untouched.</exception>
    public static async Task WriteAsync(OutputFolder folder, CrawlSummary summary)
    {
        var pages = Path.Combine(folder.Path, "pages.ndjson");
        var markdown = Path.Combine(folder.Path, "markdown");
        Remove(markdown + ".new");
        Directory.CreateDirectory(markdown + ".new");
        var paths = new MarkdownPaths();
        await using (var lines = new StreamWriter(pages + ".new", append: false, new UTF8Encoding(false)))
        {
            lines.NewLine = "\n";
            await foreach (var record in folder.Crawl.ReadRecordsAsync(CancellationToken.None))
            {
                await lines.WriteLineAsync(JsonSerializer.Serialize(record, Readable.PageRecord));
                if (record.Markdown is null)
                    continue;
                var file = Path.Combine(markdown + ".new", paths.For(record.Url));
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                await File.WriteAllTextAsync(file, record.Markdown);
            }
        }
        Remove(markdown);
        Directory.Move(markdown + ".new", markdown);
        File.Move(pages + ".new", pages, overwrite: true);
        folder.Write("summary.json", Format(summary) + "\n");
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
