using System.Text;

namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>
/// The definitions that chunks end with, so that their references lead somewhere. A reference counts for the size of a chunk
/// with its definition, as a link counts with its URL.
/// </summary>
internal sealed class CarriedDefinitions
{
    // The blank line before the definitions.
    private const int Gap = 2;

    // A document that repeats references to long URLs would be multiplied. Its chunks carry none.
    private const int MaxGrowth = 8;

    private readonly LinkReferences _references;
    private readonly List<int> _places = [];
    private readonly List<int> _numbers = [];

    // The length of the definitions that the references before each one need; one more for all of them.
    private readonly List<long> _lengths = [0];
    private readonly int _longest;

    /// <summary>Measures the definitions of a document.</summary>
    /// <param name="references">Its references.</param>
    /// <param name="documentLength">Its length.</param>
    /// <param name="size">The largest size of a chunk.</param>
    public CarriedDefinitions(LinkReferences references, int documentLength, int size)
    {
        _references = references;
        // Half of a chunk may be the repeated header of a table.
        _longest = (size / 2) - Gap - 2;
        foreach (var (at, number) in references.All)
        {
            var length = LengthOf(number);
            if (length == 0)
                continue;
            _places.Add(at);
            _numbers.Add(number);
            _lengths.Add(_lengths[^1] + length);
        }
        if (_lengths[^1] <= Math.Min((long)MaxGrowth * documentLength, int.MaxValue / 2))
            return;
        _longest = 0;
        _places.Clear();
        _numbers.Clear();
        _lengths.RemoveRange(1, _lengths.Count - 1);
    }

    /// <summary>The size of a range of the document with the definitions it needs.</summary>
    public int SizeOf(int start, int end)
    {
        var length = _lengths[FirstFrom(end)] - _lengths[FirstFrom(start)];
        return end - start + (length > 0 ? (int)length + Gap : 0);
    }

    /// <summary>The size of what is repeated before a piece, with the definitions it needs.</summary>
    public int SizeOf(string repeated)
    {
        var length = NumbersIn(repeated).Sum(LengthOf);
        return repeated.Length + (length > 0 ? length + Gap : 0);
    }

    /// <summary>The last place up to which a range of the document has at most a size.</summary>
    public int Reach(int start, int end, int size)
    {
        var (low, high) = (start, Math.Min(start + size, end));
        while (low < high)
        {
            var middle = high - ((high - low) / 2);
            if (SizeOf(start, middle) <= size)
                low = middle;
            else
                high = middle - 1;
        }
        return low;
    }

    /// <summary>The definitions that a piece needs, with what separates them from its text; empty if it needs none.</summary>
    public string Of(ChunkPiece piece, string text)
    {
        var numbers = new SortedSet<int>(_numbers[FirstFrom(piece.Start)..FirstFrom(piece.End)]);
        numbers.UnionWith(NumbersIn(piece.Before));
        if (numbers.Count == 0)
            return "";
        var gap =
            text.EndsWith("\n\n", StringComparison.Ordinal) ? ""
            : text.EndsWith('\n') ? "\n"
            : "\n\n";
        var definitions = new StringBuilder(gap);
        foreach (var number in numbers)
            definitions.Append(_references.DefinitionOf(number)).Append('\n');
        return definitions.ToString();
    }

    private SortedSet<int> NumbersIn(string repeated)
    {
        var found = new List<LinkReference>();
        LinkLabels.Find(repeated, 0, found);
        return [.. found.Select(reference => reference.Number).Where(number => LengthOf(number) > 0)];
    }

    // The length of a definition with its line feed; 0 if it is not carried.
    private int LengthOf(int number)
    {
        var length = _references.DefinitionOf(number) is { } definition ? definition.Length + 1 : 0;
        return length <= _longest ? length : 0;
    }

    // The index of the first reference at or after a position.
    private int FirstFrom(int position)
    {
        var index = _places.BinarySearch(position);
        return index < 0 ? ~index : index;
    }
}
