namespace FunctionsCrawler.Orchestration;

/// <summary>
/// Numbers the chunks of a wave: round by round over the lanes that still have chunks. So chunks are committed roughly in the
/// order of their numbers, and a number depends only on the lengths of the lanes.
/// </summary>
internal static class LaneNumbering
{
    /// <summary>
    /// The maximum number of lanes per segment. More lanes would mean fewer rounds per segment, and at the end of each segment
    /// all lanes wait for the slowest.
    /// </summary>
    private const int MaxLanes = 20;

    /// <summary>Returns the number of the chunk that <paramref name="lane"/> crawls in <paramref name="round"/>.</summary>
    public static int Chunk(IReadOnlyList<int> laneChunks, int lane, int round)
    {
        ArgumentNullException.ThrowIfNull(laneChunks);
        var chunk = 0;
        for (var other = 0; other < laneChunks.Count; other++)
            chunk += Math.Min(laneChunks[other], other < lane ? round + 1 : round);
        return chunk;
    }

    /// <summary>
    /// Splits a wave into segments of at most <paramref name="chunks"/> chunks. Returns one list per group of adjacent lanes.
    /// The segments of a list run one after the other, the groups run in parallel.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<LaneSegment>> Segments(IReadOnlyList<int> laneChunks, int chunks)
    {
        ArgumentNullException.ThrowIfNull(laneChunks);
        var groups = Enumerable.Range(0, laneChunks.Count).Chunk(Math.Min(MaxLanes, chunks));
        return [.. groups.Select(lanes => Segments(laneChunks, lanes[0], lanes[^1] + 1, chunks))];
    }

    private static List<LaneSegment> Segments(IReadOnlyList<int> laneChunks, int firstLane, int endLane, int chunks)
    {
        var segments = new List<LaneSegment>();
        var lanes = laneChunks.Skip(firstLane).Take(endLane - firstLane).ToList();
        for (var first = 0; first < lanes.Max(); )
        {
            var size = 0;
            var end = first;
            while (end < lanes.Max() && size + lanes.Count(c => c > end) is var larger && larger <= chunks)
                (size, end) = (larger, end + 1);
            segments.Add(new LaneSegment(firstLane, endLane, first, end));
            first = end;
        }
        return segments;
    }
}

/// <summary>A range of rounds of a range of adjacent lanes. The ends are exclusive.</summary>
internal sealed record LaneSegment(int FirstLane, int EndLane, int FirstRound, int EndRound);
