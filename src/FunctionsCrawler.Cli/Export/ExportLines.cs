using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Extraction.Chunking;

namespace FunctionsCrawler.Cli.Export;

/// <summary>Writes each record as a line of JSON, as in pages.ndjson.</summary>
internal sealed class RecordLines(Stream output) : IRecordWriter
{
    /// <inheritdoc/>
    public async Task AddAsync(PageRecord record)
    {
        await output.WriteAsync(System.Text.Encoding.UTF8.GetBytes(ResultFiles.Line(record, null) + "\n"));
    }

    /// <inheritdoc/>
    public Task CompleteAsync() => output.FlushAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => output.DisposeAsync();
}

/// <summary>Writes the chunks of each page as lines of JSON. Pages that are duplicates of others are left out.</summary>
internal sealed class ChunkLines(Stream output, string? sourceId, int size, FileSettings files) : IRecordWriter
{
    private static readonly ExportJson Json = new(
        new JsonSerializerOptions(ExportJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
    );

    /// <inheritdoc/>
    public async Task AddAsync(PageRecord record)
    {
        if (record.DuplicateOf is not null || files.ContentOf(record) is not { } markdown)
            return;
        if (record.Sections is not { Count: > 0 } sections)
        {
            await AddAsync(record, markdown, record.Markdown, new Place(null, 0, 0));
            return;
        }
        var place = new Place(null, 0, 0);
        // They are pages of their own, so no chunk holds parts of two.
        foreach (var section in sections)
            place = await AddAsync(record, section.Markdown, null, place with { SectionUrl = section.Url });
    }

    // Writes the chunks of a text that begins at a place, and returns where the next text begins.
    private async Task<Place> AddAsync(PageRecord record, string markdown, string? wholePage, Place place)
    {
        var chunks = MarkdownChunks.Split(markdown, size, record.FinalUrl ?? record.Url, wholePage);
        foreach (var chunk in chunks)
        {
            var line = new ChunkLine(
                sourceId,
                record.Url,
                place.SectionUrl,
                record.Title,
                chunk.HeadingPath,
                chunk.Anchor,
                place.Index + chunk.Index,
                place.Start + chunk.Start,
                place.Start + chunk.End,
                chunk.Tokens,
                chunk.Text
            );
            await output.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, Json.ChunkLine));
            await output.WriteAsync("\n"u8.ToArray());
        }
        return new Place(null, place.Index + chunks.Count, place.Start + markdown.Length);
    }

    /// <inheritdoc/>
    public Task CompleteAsync() => output.FlushAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => output.DisposeAsync();

    /// <summary>A place in a page.</summary>
    /// <param name="SectionUrl">The URL of the section; null if there are none.</param>
    /// <param name="Index">The number of the next chunk.</param>
    /// <param name="Start">Where it begins in the page, in characters.</param>
    private readonly record struct Place(string? SectionUrl, int Index, int Start);
}

/// <summary>A chunk of a page.</summary>
/// <param name="SourceId">The id of the crawl's source.</param>
/// <param name="Url">The URL of the page.</param>
/// <param name="SectionUrl">The URL of its section, if the page is a file with sections.</param>
/// <param name="Title">The title of the page.</param>
/// <param name="HeadingPath">The headings that the chunk is under.</param>
/// <param name="Anchor">The id of the last of them.</param>
/// <param name="Index">The number of the chunk in the page.</param>
/// <param name="Start">Where it begins in the page's Markdown, in characters.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Tokens">The estimated number of tokens.</param>
/// <param name="Text">Its Markdown.</param>
internal sealed record ChunkLine(
    string? SourceId,
    string Url,
    string? SectionUrl,
    string? Title,
    IReadOnlyList<string> HeadingPath,
    string? Anchor,
    int Index,
    int Start,
    int End,
    int Tokens,
    string Text
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ChunkLine))]
internal sealed partial class ExportJson : JsonSerializerContext;
