using FunctionsCrawler.Benchmarks.Measuring;

namespace FunctionsCrawler.Cli.Tests.Benchmarks;

public class PairTests
{
    // Values from a table of Student's t distribution.
    [Theory]
    [InlineData(1, 12.7062)]
    [InlineData(2, 4.3027)]
    [InlineData(3, 3.1824)]
    [InlineData(5, 2.5706)]
    [InlineData(10, 2.2281)]
    [InlineData(29, 2.0452)]
    [InlineData(120, 1.9799)]
    public void TwoSided_95Percent_MatchesTheTable(int degrees, double expected) =>
        Assert.Equal(expected, StudentT.TwoSided(0.95, degrees), 4);

    [Fact]
    public void CommonRatio_NoiseSharedByPairs_CancelsOut()
    {
        Pair[] pairs = [new(10, 9), new(20, 18), new(5, 4.5)];

        var common = Pair.CommonRatio(pairs);

        Assert.Equal(0.9, common.Value, 9);
        Assert.Equal(0.9, common.Low, 9);
        Assert.Equal(0.9, common.High, 9);
        Assert.Equal(3, common.Samples);
    }

    [Fact]
    public void CommonRatio_DifferentRatios_HasTheIntervalOfStudentsT()
    {
        // Logarithms -0.02, 0 and 0.02: deviation 0.02, so 4.3027 × 0.02 / √3 to either side.
        Pair[] pairs = [new(1, Math.Exp(-0.02)), new(1, 1), new(1, Math.Exp(0.02))];

        var common = Pair.CommonRatio(pairs);

        Assert.Equal(1, common.Value, 9);
        Assert.Equal(Math.Exp(-0.049683), common.Low, 5);
        Assert.Equal(Math.Exp(0.049683), common.High, 5);
    }
}
