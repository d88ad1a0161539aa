using System.Globalization;

namespace FunctionsCrawler.Extraction.Chunking;

/// <summary>A reference to a definition: the "[1]" of "[text][1]".</summary>
/// <param name="At">Where its opening bracket is.</param>
/// <param name="Number">The number of the definition.</param>
internal readonly record struct LinkReference(int At, int Number);

/// <summary>Finds references in text. What looks like one in a code span, or is escaped, is none.</summary>
internal static class LinkLabels
{
    private const int MaxDigits = 9;

    /// <summary>Finds the references of a line. Takes linear time.</summary>
    /// <param name="line">The line.</param>
    /// <param name="offset">Where it begins in the document.</param>
    /// <param name="found">Receives the references.</param>
    public static void Find(ReadOnlySpan<char> line, int offset, List<LinkReference> found)
    {
        if (line.IndexOf('[') < 0)
            return;
        var ticks = TicksOf(line);
        for (var at = 0; at < line.Length; at++)
        {
            switch (line[at])
            {
                case '\\':
                    at++;
                    break;
                case '`':
                    at = SkipCode(line, at, ticks) - 1;
                    break;
                case '[' when NumberAt(line[(at + 1)..]) is var number and > 0:
                    found.Add(new LinkReference(offset + at, number));
                    break;
            }
        }
    }

    /// <summary>The number of a label behind its opening bracket; 0 if it is no number.</summary>
    public static int NumberAt(ReadOnlySpan<char> text)
    {
        var end = text[..Math.Min(text.Length, MaxDigits + 1)].IndexOf(']');
        return end > 0 && int.TryParse(text[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
    }

    // The runs of backticks by their length: a code span ends with one as long as that at its start.
    private static Dictionary<int, Queue<int>> TicksOf(ReadOnlySpan<char> line)
    {
        var ticks = new Dictionary<int, Queue<int>>();
        for (var at = 0; at < line.Length; at++)
        {
            var length = CountTicks(line[at..]);
            if (length == 0)
                continue;
            if (!ticks.TryGetValue(length, out var starts))
                ticks.Add(length, starts = new Queue<int>());
            starts.Enqueue(at);
            at += length;
        }
        return ticks;
    }

    // The position behind the code span that begins at a run of backticks; behind the run if none does.
    private static int SkipCode(ReadOnlySpan<char> line, int at, Dictionary<int, Queue<int>> ticks)
    {
        var length = CountTicks(line[at..]);
        var end = at + length;
        if (!ticks.TryGetValue(length, out var starts))
            return end;
        while (starts.TryPeek(out var passed) && passed < end)
            starts.Dequeue();
        return starts.TryPeek(out var close) ? close + length : end;
    }

    private static int CountTicks(ReadOnlySpan<char> text) =>
        text.IndexOfAnyExcept('`') is var other and >= 0 ? other : text.Length;
}
