namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>
/// A part of a Markdown document. The parts of a document, in order, contain all of it, except the list of definitions that
/// ends one with citations.
/// </summary>
public sealed record MarkdownChunk
{
    /// <summary>The number of the chunk in its document, counted from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Where the chunk begins in the document, in characters (UTF-16 code units).</summary>
    public required int Start { get; init; }

    /// <summary>Where the chunk ends in the document; the next chunk begins there.</summary>
    public required int End { get; init; }

    /// <summary>
    /// The Markdown of the chunk: the document from <see cref="Start"/> to <see cref="End"/>. Inside a code block or table that
    /// is larger than a chunk, the fence is closed and opened again, and the table's header is repeated. The definitions of its
    /// references, <c>[1]: https://…</c>, follow.
    /// </summary>
    public required string Text { get; init; }

    /// <summary>
    /// The text of the headings that the start of the chunk is under, the highest first. A heading at the start of the chunk is
    /// included.
    /// </summary>
    public IReadOnlyList<string> HeadingPath { get; init; } = [];

    /// <summary>
    /// The id of the last heading of <see cref="HeadingPath"/>: its own where a link to it shows it, otherwise as GitHub makes it
    /// of the text. Null if there is no heading.
    /// </summary>
    public string? Anchor { get; init; }

    /// <summary>
    /// An estimate of the tokens of <see cref="Text"/> in a language model: a quarter of its bytes in UTF-8, rounded up.
    /// </summary>
    public required int Tokens { get; init; }
}
