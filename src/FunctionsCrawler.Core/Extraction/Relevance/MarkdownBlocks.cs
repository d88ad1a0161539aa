namespace FunctionsCrawler.Extraction.Relevance;

/// <summary>Splits Markdown into its outermost blocks, each with the headings above it.</summary>
internal static class MarkdownBlocks
{
    /// <summary>The blocks in document order, headings included.</summary>
    public static IReadOnlyList<MarkdownBlock> Split(string markdown)
    {
        ArgumentNullException.ThrowIfNull(markdown);
        var blocks = new List<MarkdownBlock>();
        // The numbers of the headings that the current block is below, by level.
        var headings = new int?[7];
        foreach (var (start, end) in Ranges(markdown))
        {
            var text = markdown[start..end];
            var level = LevelOf(text);
            if (level > 0)
                Array.Clear(headings, level, headings.Length - level);
            blocks.Add(new MarkdownBlock(text, level, [.. headings.OfType<int>()]));
            if (level > 0)
                headings[level] = blocks.Count - 1;
        }
        return blocks;
    }

    // Blank lines separate blocks, except inside fences and before indented lines, which continue a list item.
    private static List<(int Start, int End)> Ranges(string markdown)
    {
        var ranges = new List<(int Start, int End)>();
        var (start, end, position) = (-1, 0, 0);
        var (fence, blank) = (0, false);
        while (position < markdown.Length)
        {
            var lineEnd = markdown.IndexOf('\n', position);
            if (lineEnd < 0)
                lineEnd = markdown.Length;
            var line = markdown.AsSpan(position, lineEnd - position);
            var isBlank = line.IsWhiteSpace();
            if (!isBlank)
            {
                var continues = start >= 0 && (!blank || fence > 0 || line[0] == ' ');
                if (!continues)
                {
                    if (start >= 0)
                        ranges.Add((start, end));
                    start = position;
                }
                end = lineEnd;
                fence = FenceAfter(line, fence);
            }
            blank = isBlank;
            position = lineEnd + 1;
        }
        if (start >= 0)
            ranges.Add((start, end));
        return ranges;
    }

    // The length of the fence that is open behind a line; 0 if none is.
    private static int FenceAfter(ReadOnlySpan<char> line, int open)
    {
        var content = line.TrimStart(" >-*+0123456789.");
        var length = content.IndexOfAnyExcept('`');
        length = length < 0 ? content.Length : length;
        if (open == 0)
            return length >= 3 && content[length..].IndexOf('`') < 0 ? length : 0;
        return length >= open && content[length..].IsWhiteSpace() ? 0 : open;
    }

    private static int LevelOf(string text)
    {
        var level = text.AsSpan().IndexOfAnyExcept('#');
        return level is >= 1 and <= 6 && text[level] == ' ' ? level : 0;
    }
}

/// <summary>A block of Markdown.</summary>
/// <param name="Text">Its lines, without the last line feed.</param>
/// <param name="Level">The level of a heading; 0 for other blocks.</param>
/// <param name="Headings">The numbers of the headings above it, outermost first.</param>
internal sealed record MarkdownBlock(string Text, int Level, IReadOnlyList<int> Headings);
