namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>A part of a document.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Before">What must be written before it, because it begins inside a code block or table.</param>
/// <param name="After">What must be written after it, because it ends inside a code block.</param>
internal readonly record struct ChunkPiece(int Start, int End, string Before = "", string After = "");

/// <summary>Cuts a document into pieces that are not larger than a size.</summary>
internal sealed class ChunkCutter
{
    private readonly string _markdown;
    private readonly MarkdownOutline _outline;
    private readonly CarriedDefinitions _definitions;
    private readonly int _size;
    private readonly List<ChunkPiece> _pieces = [];

    private ChunkCutter(string markdown, MarkdownOutline outline, CarriedDefinitions definitions, int size) =>
        (_markdown, _outline, _definitions, _size) = (markdown, outline, definitions, size);

    /// <summary>Cuts a document. The pieces have no gaps.</summary>
    /// <param name="markdown">The document, without the definitions at its end.</param>
    /// <param name="outline">Its structure.</param>
    /// <param name="definitions">The definitions that follow the text of a piece, and count for its size.</param>
    /// <param name="size">The largest size of a piece.</param>
    public static IReadOnlyList<ChunkPiece> Cut(
        string markdown,
        MarkdownOutline outline,
        CarriedDefinitions definitions,
        int size
    )
    {
        var cutter = new ChunkCutter(markdown, outline, definitions, size);
        var end = cutter.Cut(0, markdown.Length, CutRank.Heading1);
        if (end < markdown.Length)
            cutter._pieces.Add(new ChunkPiece(end, markdown.Length));
        return cutter._pieces;
    }

    // Cuts a range at the places of a rank, and what is still too large at the places of the next ones. The ranks bound the
    // depth of the recursion. Returns where the last piece ends: blank lines that do not fit into it are left to the next one.
    private int Cut(int start, int end, CutRank rank)
    {
        if (FitsInto(_size, start, end) is { } fits)
        {
            _pieces.Add(new ChunkPiece(start, fits));
            return fits;
        }
        for (; rank <= CutRank.AfterHeading; rank++)
        {
            if (PlacesIn(start, end, rank) is { Count: > 0 } places)
                return CutAt(start, [.. places, end], rank);
        }
        return CutInside(start, end);
    }

    private int CutAt(int start, IReadOnlyList<int> ends, CutRank rank)
    {
        // From here to the end of the last part, everything fits into one piece.
        var pending = start;
        foreach (var end in ends)
        {
            if (IsTooLarge(pending, end))
            {
                if (!IsBlank(pending, start))
                {
                    _pieces.Add(new ChunkPiece(pending, start));
                    pending = start;
                }
                if (IsTooLarge(pending, end))
                    pending = Cut(pending, end, rank + 1);
            }
            start = end;
        }
        if (IsBlank(pending, start))
            return pending;
        _pieces.Add(new ChunkPiece(pending, start));
        return start;
    }

    // The end of a range that fits into a size, without its last blank lines if necessary; null if it does not fit.
    private int? FitsInto(int size, int start, int end)
    {
        if (_definitions.SizeOf(start, end) <= size)
            return end;
        var text = end;
        while (text > start && char.IsWhiteSpace(_markdown[text - 1]))
            text--;
        // With the end of its line.
        if (text < end && _markdown[text] == '\r')
            text++;
        if (text < end && _markdown[text] == '\n')
            text++;
        return text > start && _definitions.SizeOf(start, text) <= size ? text : null;
    }

    private bool IsBlank(int start, int end) => _markdown.AsSpan(start, end - start).IsWhiteSpace();

    private List<int> PlacesIn(int start, int end, CutRank rank)
    {
        if (!_outline.Cuts.TryGetValue(rank, out var all))
            return [];
        var places = new List<int>();
        for (var i = FirstAfter(all, start); i < all.Count && all[i] < end; i++)
        {
            // A block that must be cut anyway begins in the chunk of its heading.
            if (rank != CutRank.AfterHeading || !IsTooLarge(_outline.LastBlockBefore(all[i] + 1)))
                places.Add(all[i]);
        }
        return places;
    }

    // Cuts a long paragraph, or a code block or table that is too large, with the heading or the blank lines before it if there
    // are any.
    private int CutInside(int start, int end)
    {
        var block = _outline.LastBlockBefore(end);
        if (block?.End <= start)
            block = null;
        var (before, after) = block is null ? ("", "") : (block.Before, block.After);
        // Too long to be repeated.
        if (_definitions.SizeOf(before) + after.Length > _size / 2)
            (before, after) = ("", "");
        var repeated = _definitions.SizeOf(before);
        // The closing fence may need a line end before it.
        var reserve = after.Length > 0 ? after.Length + 1 : 0;
        for (var at = start; at < end; )
        {
            var head = IsInside(block, at) ? before : "";
            var room = _size - (head.Length > 0 ? repeated : 0);
            var last = FitsInto(room, at, end);
            // Of a code block that is never closed, the blank lines at its end may not fit. Its fence has to.
            if (last < end && IsInside(block, last.Value))
                last = FitsInto(room - reserve, at, end);
            var to = last ?? FindCut(at, end, room - reserve, block);
            var tail = IsInside(block, to) ? after : "";
            if (tail.Length > 0 && _markdown[to - 1] != '\n')
                tail = "\n" + tail;
            _pieces.Add(new ChunkPiece(at, to, head, tail));
            at = to;
            if (last is not null)
                break;
        }
        return _pieces[^1].End;
    }

    private int FindCut(int at, int end, int room, OutlineBlock? block)
    {
        var limit = _definitions.Reach(at, end, room);
        if (block is null)
            return TextCut.Find(_markdown, at, limit);
        // The last line of the block that begins within the limit.
        var next = FirstAfter(block.Lines, limit) - 1;
        if (next >= 0 && block.Lines[next] > at)
            return block.Lines[next];
        return TextCut.Find(_markdown, at, limit);
    }

    private static bool IsInside(OutlineBlock? block, int at) =>
        block is not null && at > block.Start && at < block.End;

    private bool IsTooLarge(OutlineBlock? block) => block is not null && IsTooLarge(block.Start, block.End);

    private bool IsTooLarge(int start, int end) => _definitions.SizeOf(start, end) > _size;

    // The index of the first place after a position.
    private static int FirstAfter(IReadOnlyList<int> places, int position)
    {
        var (low, high) = (0, places.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (places[middle] <= position)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
