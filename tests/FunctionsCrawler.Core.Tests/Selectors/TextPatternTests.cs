using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Core.Tests.Selectors;

public sealed class TextPatternTests
{
    [Theory]
    [InlineData(@"SKU (\w+)", null, "SKU A1 SKU B2", "A1")]
    [InlineData(@"SKU \w+", null, "SKU A1 SKU B2", "SKU A1")]
    [InlineData(@"(\w)(\d)", 2, "SKU A1", "1")]
    [InlineData(@"(\w)(\d)", 0, "SKU A1", "A1")]
    [InlineData(@"(?<=\$)\d+", null, "from $15", "15")]
    [InlineData(@"x", null, "SKU", null)]
    public void Find_Pattern_ValueOfTheGroup(string pattern, int? group, string text, string? expected)
    {
        Assert.True(TextPattern.TryParse(pattern, group, out var parsed, out var fault), fault);
        Assert.Equal(expected, parsed.Find(text, new SelectionBudget()));
    }

    [Theory]
    [InlineData("(", null)]
    [InlineData("", null)]
    [InlineData("a", 1)]
    [InlineData("(a)", -1)]
    public void TryParse_Invalid_HasAFault(string pattern, int? group)
    {
        Assert.False(TextPattern.TryParse(pattern, group, out _, out var fault));
        Assert.NotEmpty(fault);
    }

    [Fact]
    public void Find_CatastrophicPattern_IsLinearOrStopped()
    {
        var text = new string('a', 50_000) + "!";
        Assert.True(TextPattern.TryParse("^(a+)+$", null, out var linear, out _));
        Assert.True(TextPattern.TryParse(@"^(a+)+\1$", null, out var backtracking, out _));

        Assert.True(linear.IsLinear);
        Assert.Null(linear.Find(text, new SelectionBudget()));
        Assert.False(backtracking.IsLinear);
        Assert.Throws<SelectionStoppedException>(() => backtracking.Find(text, new SelectionBudget()));
    }
}
