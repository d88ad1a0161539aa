using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Orchestration;

namespace FunctionsCrawler.Core.Tests.Orchestration;

public class LaneNumberingTests
{
    public static TheoryData<int[]> Lanes
    {
        get
        {
            var random = new Random(7);
            var data = new TheoryData<int[]> { new[] { 1 }, new[] { 300 }, Enumerable.Repeat(3, 500).ToArray() };
            for (var i = 0; i < 30; i++)
                data.Add([.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(1, 90))]);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Lanes))]
    public void Chunk_EveryLaneAndRound_NumberedOnceRoundByRound(int[] lanes)
    {
        var numbers = Enumerable
            .Range(0, lanes.Max())
            .SelectMany(round => Enumerable.Range(0, lanes.Length).Where(l => lanes[l] > round).Select(l => (l, round)))
            .Select(place => LaneNumbering.Chunk(lanes, place.l, place.round));
        Assert.Equal(Enumerable.Range(0, lanes.Sum()), numbers);
    }

    [Theory]
    [MemberData(nameof(Lanes))]
    public void Segments_AnyLanes_CoverEveryRoundOnceInOrderWithinTheLimit(int[] lanes)
    {
        var rounds = new int[lanes.Length];
        foreach (var segment in LaneNumbering.Segments(lanes, 200).SelectMany(group => group))
        {
            var size = 0;
            for (var lane = segment.FirstLane; lane < segment.EndLane; lane++)
            {
                for (var round = segment.FirstRound; round < Math.Min(segment.EndRound, lanes[lane]); round++, size++)
                    Assert.Equal(rounds[lane]++, round);
            }
            Assert.InRange(size, 1, 200);
        }
        Assert.Equal(lanes, rounds);
    }

    [Theory]
    [MemberData(nameof(Lanes))]
    public void LaneLengths_SerializedAndRead_Same(int[] lanes)
    {
        var output = new PlanWaveOutput(PlanState.Crawl, 0, lanes, 0, new PageCounts());
        var json = JsonSerializer.Serialize(output, PayloadJsonContext.Default.PlanWaveOutput);
        Assert.Equal(lanes, JsonSerializer.Deserialize(json, PayloadJsonContext.Default.PlanWaveOutput)!.LaneChunks);
    }
}
