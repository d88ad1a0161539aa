namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>Where a document may be cut; what comes first is better.</summary>
internal enum CutRank
{
    /// <summary>Not here.</summary>
    None,

    /// <summary>Before a heading of level 1; the next five values are those of levels 2 to 6.</summary>
    Heading1,
    Heading2,
    Heading3,
    Heading4,
    Heading5,
    Heading6,

    /// <summary>Between two blocks that are in no list or quote.</summary>
    Block,

    /// <summary>Between list items, and between blocks inside of them.</summary>
    Item,

    /// <summary>Between lines of a paragraph.</summary>
    Line,

    /// <summary>Between a heading and a code block or table.</summary>
    AfterHeading,
}

/// <summary>A heading outside of lists and quotes.</summary>
/// <param name="At">Where its line begins.</param>
/// <param name="Level">1 to 6.</param>
/// <param name="Source">Its Markdown, without the number signs.</param>
internal sealed record OutlineHeading(int At, int Level, string Source);

/// <summary>A fenced code block or table.</summary>
/// <param name="Start">Where its first line begins.</param>
/// <param name="End">Where the line after it begins.</param>
/// <param name="Lines">Where it may be cut if it must be.</param>
/// <param name="Before">What a part that does not begin the block begins with: the fence or the table's header.</param>
/// <param name="After">What a part that does not end the block ends with: the fence.</param>
internal sealed record OutlineBlock(int Start, int End, IReadOnlyList<int> Lines, string Before, string After)
{
    /// <summary>Whether it is a code block.</summary>
    public bool IsCode => After.Length > 0;
}

/// <summary>The structure of a Markdown document, as far as it decides where to cut it.</summary>
/// <param name="Headings">The headings, in order.</param>
/// <param name="Blocks">The code blocks and tables, in order.</param>
/// <param name="Cuts">The places of each rank, in order.</param>
internal sealed record MarkdownOutline(
    IReadOnlyList<OutlineHeading> Headings,
    IReadOnlyList<OutlineBlock> Blocks,
    IReadOnlyDictionary<CutRank, IReadOnlyList<int>> Cuts
)
{
    /// <summary>Reads the structure of a document, in linear time.</summary>
    public static MarkdownOutline Of(string markdown)
    {
        var lines = new LineReader(markdown);
        lines.Read();
        return new OutlineReader(markdown, lines).Read();
    }

    /// <summary>The last block that begins before a position; null if none does.</summary>
    public OutlineBlock? LastBlockBefore(int at)
    {
        var (low, high) = (0, Blocks.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Blocks[middle].Start < at)
                low = middle + 1;
            else
                high = middle;
        }
        return low > 0 ? Blocks[low - 1] : null;
    }
}
