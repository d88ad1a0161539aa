using FunctionsCrawler.Selectors;

namespace FunctionsCrawler.Core.Tests.Selectors;

public sealed class SelectorSyntaxTests
{
    [Fact]
    public void IsValid_Selectors_AreAccepted() =>
        Assert.DoesNotContain(SelectorSamples.Valid, selector => !SelectorSyntax.IsValid(selector));

    [Fact]
    public void IsValid_OtherTexts_AreRefused() =>
        Assert.DoesNotContain(SelectorSamples.Invalid, text => SelectorSyntax.IsValid(text));

    [Fact]
    public void IsValid_DeepNesting_IsRefused()
    {
        var deep = string.Concat(Enumerable.Repeat(":not(", 300)) + "a" + new string(')', 300);
        Assert.False(SelectorSyntax.IsValid(deep));
    }
}
