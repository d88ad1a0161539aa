using FunctionsCrawler.Network;

namespace FunctionsCrawler.Core.Tests.Network;

public sealed class RecordedHeadersTests
{
    [Theory]
    [InlineData("Set-Cookie")]
    [InlineData("Set-Cookie2")]
    [InlineData("Authorization")]
    [InlineData("Proxy-Authenticate")]
    [InlineData("WWW-Authenticate")]
    [InlineData("Authentication-Info")]
    [InlineData("X-Auth-Key")]
    [InlineData("X-CSRF-Token")]
    [InlineData("X-Amz-Security-Token")]
    [InlineData("X-Session-Id")]
    [InlineData("Date")]
    [InlineData("Transfer-Encoding")]
    public void Of_PrivateOrTransientHeader_IsLeftOut(string name) =>
        Assert.Empty(RecordedHeaders.Of([new(name, "secret")]));

    [Fact]
    public void Of_RepeatedAndMixedCase_JoinedUnderLowerCaseNames() =>
        Assert.Equal(
            [new("content-type", "text/html"), new("vary", "a, b")],
            RecordedHeaders.Of([new("Vary", "a"), new("Content-Type", "text/html"), new("VARY", "b")])
        );

    [Fact]
    public void Of_ManyAndLongHeaders_AreBounded()
    {
        var long1 = RecordedHeaders.Of([new("a", new string('x', 100_000))]);
        var many = RecordedHeaders.Of(Enumerable.Range(0, 1000).Select(i => KeyValuePair.Create($"h{i}", "v")));
        var much = RecordedHeaders.Of(
            Enumerable.Range(0, 60).Select(i => KeyValuePair.Create($"h{i}", new string('x', 1000)))
        );

        Assert.Equal(1024, long1["a"].Length);
        Assert.Equal(64, many.Count);
        Assert.InRange(much.Sum(h => h.Key.Length + h.Value.Length), 1, 16 * 1024);
    }
}
