namespace FunctionsCrawler.Orchestration;

/// <summary>
/// How the chunks of a wave are numbered: round by round over the lanes that still have chunks, so that a wave's blobs
/// fill up from the front and a number follows from the lanes' lengths alone.
/// </summary>
public static class LaneNumbering
{
    /// <summary>The number of the chunk that <paramref name="lane"/> crawls in <paramref name="round"/>.</summary>
    public static int Chunk(IReadOnlyList<int> laneChunks, int lane, int round) =>
        laneChunks.Select((count, other) => Math.Min(count, other < lane ? round + 1 : round)).Sum();

    /// <summary>Cuts the rounds of a wave into ranges of at most <paramref name="chunks"/> chunks, or of one round.</summary>
    public static IEnumerable<(int First, int End)> Segments(IReadOnlyList<int> laneChunks, int chunks)
    {
        var rounds = laneChunks.DefaultIfEmpty(0).Max();
        for (var first = 0; first < rounds; )
        {
            var end = first + 1;
            while (end < rounds && laneChunks.Sum(c => Math.Clamp(c - first, 0, end + 1 - first)) <= chunks)
                end++;
            yield return (first, end);
            first = end;
        }
    }
}
