using FunctionsCrawler.Cli.Export;
using FunctionsCrawler.Cli.Output;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Cli.Tests.Export;

public sealed class PageColumnsTests
{
    [Fact]
    public void Of_AnyPage_HasAValueForEachName() =>
        Assert.Equal(
            PageColumns.Names.Count,
            PageColumns.Of(new PageRecord { Url = "https://a.example/" }, new FileSettings()).Count
        );

    [Fact]
    public void Of_PageThatHasThem_HasAuthorDatesAndWarnings()
    {
        var record = new PageRecord
        {
            Url = "https://a.example/",
            Author = "A, B",
            Published = "2026-11-27",
            Modified = "2026-11-28T10:15:00+01:00",
            LastMod = new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.FromHours(2)),
            Unchanged = true,
            NearDuplicateOf = "https://a.example/b",
            Warnings =
            [
                new PageWarning(PageWarningCode.Truncated, "links"),
                new PageWarning(PageWarningCode.Truncated, "images"),
                new PageWarning(PageWarningCode.StillLoading, "late"),
            ],
        };

        Assert.Equal("A, B", ValueOf(record, "author"));
        Assert.Equal("2026-11-27", ValueOf(record, "published"));
        Assert.Equal("2026-11-28T10:15:00+01:00", ValueOf(record, "modified"));
        Assert.Equal("2026-11-28T10:00:00.000Z", ValueOf(record, "lastMod"));
        Assert.Equal(1L, ValueOf(record, "unchanged"));
        Assert.Equal("https://a.example/b", ValueOf(record, "nearDuplicateOf"));
        Assert.Equal("truncated still_loading", ValueOf(record, "warnings"));
    }

    [Theory]
    [InlineData("author")]
    [InlineData("published")]
    [InlineData("modified")]
    [InlineData("lastMod")]
    [InlineData("unchanged")]
    [InlineData("nearDuplicateOf")]
    [InlineData("warnings")]
    public void Of_PageWithoutThem_HasNull(string name) =>
        Assert.Null(ValueOf(new PageRecord { Url = "https://a.example/" }, name));

    // The values stand where the names say.
    private static object? ValueOf(PageRecord record, string name) =>
        PageColumns.Of(record, new FileSettings())[PageColumns.Names.ToList().IndexOf(name)];
}
