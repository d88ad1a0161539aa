using System.Text;

namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>Cuts Markdown into chunks for retrieval.</summary>
public static class MarkdownChunks
{
    /// <summary>The smallest size of a chunk, in characters.</summary>
    public const int MinSize = 100;

    /// <summary>
    /// Cuts a document where it hurts least: at headings of the highest level first, then between paragraphs, list items, lines,
    /// sentences and words. Code blocks and tables are cut only if they, with blank lines left over before them, are larger than
    /// a chunk, and then between lines. Neighbouring parts that fit into one chunk stay together. The list of definitions at the
    /// end of a document with citations is no part of a chunk; each chunk ends with those that it needs.
    /// </summary>
    /// <param name="markdown">The document.</param>
    /// <param name="size">
    /// The largest size of a chunk, in characters, with its definitions. Definitions that alone are larger than about half of it
    /// are left out.
    /// </param>
    /// <param name="pageUrl">The URL of the page, to recognise links to its own headings. Null if unknown.</param>
    /// <param name="wholePage">
    /// The whole page if the document is its main content: the table of contents that shows the ids of headings is often outside.
    /// Null if it is the document.
    /// </param>
    /// <returns>The chunks in order. Empty if the document has no text.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than <see cref="MinSize"/>.</exception>
    public static IReadOnlyList<MarkdownChunk> Split(
        string markdown,
        int size = 5000,
        string? pageUrl = null,
        string? wholePage = null
    )
    {
        ArgumentNullException.ThrowIfNull(markdown);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, MinSize);
        var outline = MarkdownOutline.Of(markdown);
        var references = LinkReferences.Of(markdown, pageUrl, outline);
        var text = markdown[..references.TextEnd];
        if (string.IsNullOrWhiteSpace(text))
            return [];
        var definitions = new CarriedDefinitions(references, markdown.Length, size);
        var path = new HeadingTrail(outline.Headings, references, pageUrl, wholePage ?? markdown);
        return
        [
            .. ChunkCutter
                .Cut(text, outline, definitions, size)
                .Select((piece, index) => Describe(text, piece, definitions, index, path)),
        ];
    }

    /// <summary>Estimates the tokens of a text, as in <see cref="MarkdownChunk.Tokens"/>.</summary>
    internal static int CountTokens(string text) => (Encoding.UTF8.GetByteCount(text) + 3) / 4;

    private static MarkdownChunk Describe(
        string markdown,
        ChunkPiece piece,
        CarriedDefinitions definitions,
        int index,
        HeadingTrail trail
    )
    {
        var text = $"{piece.Before}{markdown.AsSpan(piece.Start, piece.End - piece.Start)}{piece.After}";
        text += definitions.Of(piece, text);
        trail.MoveTo(FirstText(markdown, piece));
        return new MarkdownChunk
        {
            Index = index,
            Start = piece.Start,
            End = piece.End,
            Text = text,
            HeadingPath = trail.Path,
            Anchor = trail.Anchor,
            Tokens = CountTokens(text),
        };
    }

    // A chunk may begin with blank lines.
    private static int FirstText(string markdown, ChunkPiece piece)
    {
        var at = piece.Start;
        while (at < piece.End && char.IsWhiteSpace(markdown[at]))
            at++;
        return at;
    }
}
