namespace FunctionsCrawler.Orchestration;

/// <summary>
/// How the chunks of a wave are numbered: round by round over the lanes that still have chunks, so that a wave's blobs
/// fill up from the front and a number follows from the lanes' lengths alone.
/// </summary>
public static class LaneNumbering
{
    /// <summary>The most lanes of one segment: more would leave it few rounds, and each end of a segment waits for all its lanes.</summary>
    private const int MaxLanes = 20;

    /// <summary>The number of the chunk that <paramref name="lane"/> crawls in <paramref name="round"/>.</summary>
    public static int Chunk(IReadOnlyList<int> laneChunks, int lane, int round)
    {
        ArgumentNullException.ThrowIfNull(laneChunks);
        var chunk = 0;
        for (var other = 0; other < laneChunks.Count; other++)
            chunk += Math.Min(laneChunks[other], other < lane ? round + 1 : round);
        return chunk;
    }

    /// <summary>
    /// Cuts a wave into segments of at most <paramref name="chunks"/> chunks: for each group of neighbouring lanes a
    /// list, to be crawled one after the other; the groups go side by side.
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

/// <summary>Some rounds of some neighbouring lanes; the ends are not included.</summary>
public sealed record LaneSegment(int FirstLane, int EndLane, int FirstRound, int EndRound);
