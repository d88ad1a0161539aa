using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Core.Tests.Contracts;

public class PageLimitsTests
{
    private const long MiB = 1024 * 1024;

    [Fact]
    public void InBrowser_DefaultBudgetOrMore_ChangesNothing()
    {
        Assert.Equal(new PageLimits(), new PageLimits().InBrowser(1536 * MiB));
        Assert.Equal(new PageLimits(), new PageLimits().InBrowser(1L << 45));
    }

    [Fact]
    public void InBrowser_AThirdOfTheDefaultBudget_LowersLimits()
    {
        var limits = new PageLimits().InBrowser(512 * MiB);
        Assert.InRange(limits.MaxBytes, (32 * MiB / 9) - 1, 32 * MiB / 9);
        Assert.InRange(limits.MaxTotalBytes, (64 * MiB / 3) - 1, 64 * MiB / 3);
        Assert.InRange(limits.MaxNodes, 83_332, 83_333);
        Assert.Equal(new PageLimits().MaxLinks, limits.MaxLinks);
    }
}
