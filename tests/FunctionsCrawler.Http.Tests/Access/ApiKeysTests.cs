using FunctionsCrawler.Http.Access;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Tests.Access;

public sealed class ApiKeysTests
{
    private const string First = "the-first-key-of-two";
    private const string Second = "The/second+key=of=two";

    [Theory]
    [InlineData("Authorization", "Bearer " + First, 0)]
    [InlineData("Authorization", "bearer " + Second, 1)]
    [InlineData("X-Api-Key", First, 0)]
    [InlineData("x-functions-key", Second, 1)]
    [InlineData("X-Api-Key", "The-First-Key-Of-Two", null)]
    [InlineData("X-Api-Key", First + "x", null)]
    [InlineData("X-Api-Key", "the-first-key-of-tw", null)]
    [InlineData("X-Api-Key", First + "," + Second, null)]
    [InlineData("X-Api-Key", "", null)]
    [InlineData("Authorization", First, null)]
    [InlineData("Authorization", "Basic " + First, null)]
    [InlineData("Authorization", "Bearer ", null)]
    [InlineData("Cookie", "key=" + First, null)]
    public void Find_KeyInAHeader_ItsIndex(string header, string value, int? key)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers[header] = value;

        Assert.Equal(key, Parse($" {First} , {Second},").Find(request));
    }

    [Fact]
    public void Find_KeyNextToAProxyToken_Found()
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Authorization = "Bearer eyJhbGciOiJSUzI1NiJ9.e30.x";
        request.Headers["X-Api-Key"] = First;

        Assert.Equal(0, Parse(First).Find(request));
    }

    [Theory]
    [InlineData("", "it contains no key")]
    [InlineData(" , ", "it contains no key")]
    [InlineData("fifteen-letters", "a key has 15 characters; 16 to 256 are allowed")]
    [InlineData("a-key-that-is-long-enough,secret", "a key has 6 characters; 16 to 256 are allowed")]
    [InlineData("a secret with spaces", "a key contains a space, a control character or a non-ASCII character")]
    [InlineData("schlüssel-der-lang-ist", "a key contains a space, a control character or a non-ASCII character")]
    public void Parse_InvalidKeys_ReasonWithoutTheKeys(string list, string message)
    {
        Assert.False(ApiKeys.TryParse(list, out _, out var fault));

        Assert.StartsWith(message, fault, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(15, false)]
    [InlineData(16, true)]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void Parse_Length_16To256(int length, bool fits) =>
        Assert.Equal(fits, ApiKeys.TryParse(new string('k', length), out _, out _));

    private static ApiKeys Parse(string list)
    {
        Assert.True(ApiKeys.TryParse(list, out var keys, out var fault), fault);
        return keys;
    }
}
