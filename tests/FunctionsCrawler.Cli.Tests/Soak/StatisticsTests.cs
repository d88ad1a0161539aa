using FunctionsCrawler.Cli.Soak;

namespace FunctionsCrawler.Cli.Tests.Soak;

public sealed class StatisticsTests
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3)]
    [InlineData(new[] { 9.0, 1, 2 }, 2)]
    [InlineData(new[] { 4.0, 1, 3, 2 }, 2.5)]
    public void Median_OfValues_IsTheMiddle(double[] values, double median) =>
        Assert.Equal(median, Statistics.Median(values));

    [Fact]
    public void Slope_OfALine_IsExact()
    {
        var slope = Statistics.Slope(Series(100, n => 50 + (0.25 * n)));

        Assert.NotNull(slope);
        Assert.Equal((0.25, 0.25, 0.25), (slope.Value, slope.Low, slope.High));
        Assert.Equal(100, slope.Samples);
    }

    // Calculated by hand after Sen: 45 pairs, 1.96 * sqrt(10 * 9 * 25 / 18) = 21.9; (45 - 21.9) / 2 = 11.5: ranks 11 and 35.
    [Fact]
    public void Slope_OfFewSamples_IsSensWithKendallsInterval()
    {
        double[] values = [1, 5, 2, 8, 4, 9, 12, 7, 13, 11];
        var pairs = new List<double>();
        for (var i = 0; i < values.Length; i++)
        {
            for (var j = i + 1; j < values.Length; j++)
                pairs.Add((values[j] - values[i]) / (j - i));
        }
        pairs.Sort();

        var slope = Statistics.Slope([.. values.Select((y, x) => ((double)x, y))]);

        Assert.NotNull(slope);
        Assert.Equal((pairs[22], pairs[10], pairs[34]), (slope.Value, slope.Low, slope.High));
    }

    [Fact]
    public void Slope_WithOutliers_HardlyChanges()
    {
        var slope = Statistics.Slope(Series(200, n => (0.1 * n) + (n % 17 == 0 ? 300 : 0)));

        Assert.Equal(0.1, slope!.Value, 2);
    }

    [Fact]
    public void Slope_OfNoise_HasAnIntervalAroundZero()
    {
        var random = new SeededRandom(1, 1);
        var slope = Statistics.Slope(Series(400, _ => 80 + (random.Next(1000) / 100.0)));

        Assert.InRange(0, slope!.Low, slope.High);
        Assert.InRange(slope.High - slope.Low, 0.0001, 0.02);
    }

    // The interval contains the true slope in about 95 of 100 autocorrelated series.
    [Fact]
    public void Slope_OfAutocorrelatedSeries_IntervalMostlyContainsTheTrueSlope()
    {
        var contained = Enumerable
            .Range(0, 200)
            .Count(seed =>
            {
                var random = new SeededRandom(seed, 7);
                var noise = 0.0;
                var slope = Statistics.Slope(
                    Series(
                        240,
                        n =>
                        {
                            noise = (0.6 * noise) + (random.Next(2001) / 1000.0) - 1;
                            return (0.05 * n) + noise;
                        }
                    )
                );
                return slope!.Low <= 0.05 && slope.High >= 0.05;
            });

        Assert.InRange(contained, 180, 200);
    }

    [Fact]
    public void Slope_TooFewSamples_IsNull()
    {
        Assert.Null(Statistics.Slope(Series(Statistics.FewestForSlope - 1, n => n)));
        Assert.NotNull(Statistics.Slope(Series(Statistics.FewestForSlope, n => n)));
        // All samples have the same invocation number, so there is no slope.
        Assert.Null(Statistics.Slope([.. Enumerable.Repeat((1.0, 2.0), 50)]));
    }

    [Fact]
    public void Shift_AllValuesHigher_IsTheDifference()
    {
        double[] earlier = [10, 11, 12, 13, 14, 15];

        var shift = Statistics.Shift(earlier, [.. earlier.Select(v => v + 4)]);

        Assert.NotNull(shift);
        Assert.Equal(4, shift.Value);
        Assert.InRange(0, double.MinValue, shift.Low);
        Assert.InRange(4, shift.Low, shift.High);
    }

    [Fact]
    public void Shift_TooFewValues_IsNull()
    {
        Assert.Null(Statistics.Shift([1, 2, 3, 4], [1, 2, 3, 4, 5, 6]));
        Assert.NotNull(Statistics.Shift([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]));
    }

    private static List<(double, double)> Series(int count, Func<int, double> value) =>
        [.. Enumerable.Range(0, count).Select(n => ((double)n, value(n)))];
}
