using FunctionsCrawler.Benchmarks.Comparison;

namespace FunctionsCrawler.Cli.Tests.Benchmarks;

public class FindingTests
{
    [Theory]
    [InlineData(new[] { 1.0, 9.0, 5.0 }, true)]
    [InlineData(new[] { 1.0, 9.0, 4.9 }, false)]
    public void IsMet_AtLeast_IsDecidedByTheMedian(double[] values, bool expected)
    {
        var finding = new Finding("s", "w", "×", values) { Goal = Goal.AtLeast(5) };

        Assert.Equal(expected, finding.IsMet);
        Assert.Equal((1, 9), (finding.Min, finding.Max));
    }

    [Fact]
    public void IsMet_AtMost_IncludesTheBound()
    {
        Assert.True(Goal.AtMost(0.5).IsMetBy(0.5));
        Assert.False(Goal.AtMost(0.5).IsMetBy(0.51));
    }

    [Fact]
    public void IsMet_NothingMeasured_IsUnknown() =>
        Assert.Null(new Finding("s", "w", "×", []) { Goal = Goal.AtLeast(5) }.IsMet);

    [Theory]
    [InlineData(0.0456, "0.046")]
    [InlineData(1.234, "1.23")]
    [InlineData(12.34, "12.3")]
    [InlineData(123.4, "123")]
    [InlineData(1234, "1,234")]
    public void Format_AnySize_HasThreeDigits(double value, string expected) =>
        Assert.Equal(expected, FigureText.Format(value));

    [Fact]
    public void LogAxis_Values_ContainsThemAndOne()
    {
        var axis = LogAxis.Of([3, 45]);

        Assert.Equal([0.1, 1, 10, 100], axis.Ticks);
        Assert.Equal(1 / 3.0, axis.Place(1), 9);
        Assert.Equal(1, axis.Place(100), 9);
    }
}
