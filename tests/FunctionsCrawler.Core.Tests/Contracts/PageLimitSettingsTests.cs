using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Core.Tests.Contracts;

public class PageLimitSettingsTests
{
    [Fact]
    public void TryParse_EveryName_SetsOnlyItsLimit()
    {
        Assert.True(PageLimitSettings.TryParse([], out var none, out _));
        Assert.Equal(new PageLimits(), none);
        var all = PageLimitSettings.Names.Select((name, i) => $"{name} = {2000 + i}");
        Assert.False(PageLimitSettings.TryParse(all, out _, out var fault));
        Assert.Contains("redirects takes a whole number from 0 to 20", fault, StringComparison.Ordinal);
        Assert.True(
            PageLimitSettings.TryParse(
                ["bytes=2000", "totalBytes=2001", "nodes=2002", "redirects=3", "links=2004", "sitemapEntries=2005"],
                out var limits,
                out _
            )
        );
        Assert.Equal(
            new PageLimits
            {
                MaxBytes = 2000,
                MaxTotalBytes = 2001,
                MaxNodes = 2002,
                MaxRedirects = 3,
                MaxLinks = 2004,
                MaxSitemapEntries = 2005,
            },
            limits
        );
    }

    [Theory]
    [InlineData("", "'' is not a known limit")]
    [InlineData("node=5", "'node' is not a known limit; use one of bytes, ")]
    [InlineData("nodes", "nodes takes a whole number from 100 to 10000000")]
    [InlineData("nodes=", "nodes takes a whole number")]
    [InlineData("nodes=-5", "nodes takes a whole number")]
    [InlineData("nodes=99", "nodes takes a whole number")]
    [InlineData("nodes=1e6", "nodes takes a whole number")]
    [InlineData("bytes=99999999999", "bytes takes a whole number from 1024 to 1073741824")]
    public void TryParse_Invalid_NamesTheValueAndTheAllowedValues(string setting, string message)
    {
        Assert.False(PageLimitSettings.TryParse([setting], out var limits, out var fault));
        Assert.Null(limits);
        Assert.Contains(message, fault, StringComparison.Ordinal);
    }
}
