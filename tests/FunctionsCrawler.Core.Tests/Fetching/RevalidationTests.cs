using FunctionsCrawler.Contracts;
using FunctionsCrawler.Fetching;

namespace FunctionsCrawler.Core.Tests.Fetching;

public sealed class RevalidationTests
{
    [Theory]
    [InlineData("https://a.example/app/#/guide", null, null, "https://a.example/app/")]
    [InlineData("https://a.example/old", "https://a.example/app/?q=1#!x", null, "https://a.example/app/?q=1")]
    [InlineData("https://a.example/blob/b.md", null, "https://raw.example/a/b.md", "https://raw.example/a/b.md")]
    // The source redirected, and the record has where it led.
    [InlineData(
        "https://a.example/blob/b.md",
        "https://raw.example/c",
        "https://raw.example/a/b.md",
        "https://raw.example/c"
    )]
    public void Of_Record_HasTheUrlThatIsSent(string url, string? finalUrl, string? source, string expected)
    {
        var record = Record(url) with { FinalUrl = finalUrl };

        Assert.Equal(
            new Revalidation(expected, "\"1\"", null),
            Revalidation.Of(record, source is null ? null : new Uri(source))
        );
    }

    [Fact]
    public void Of_RecordWithoutValidators_IsNull() =>
        Assert.Null(Revalidation.Of(Record("https://a.example/") with { ResponseHeaders = null }));

    private static PageRecord Record(string url) =>
        new()
        {
            Url = url,
            FetchedAt = DateTimeOffset.UnixEpoch,
            ResponseHeaders = new Dictionary<string, string>(StringComparer.Ordinal) { ["etag"] = "\"1\"" },
        };
}
