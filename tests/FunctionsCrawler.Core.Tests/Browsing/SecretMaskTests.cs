using System.Text;
using System.Text.Json;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;

namespace FunctionsCrawler.Core.Tests.Browsing;

public sealed class SecretMaskTests
{
    private const string Password = "grün & \"alt\" 100%";

    private static readonly SecretMask Mask = SecretMask.Of(
        new PageOptions
        {
            Headers = new Dictionary<string, SecretText>(StringComparer.Ordinal) { ["X-Key"] = "Bearer tokentoken" },
            Cookies = [new PageCookie { Name = "sid", Value = "cookievalue" }],
            BasicAuth = new BasicAuth { Username = "ada", Password = Password },
            Actions =
            [
                new()
                {
                    Write = new PageWrite { Into = "#a", Text = "typed text" },
                },
                new() { Write = new() { Text = "abc" } },
            ],
        },
        ["session-of-a-login", "dark"]
    );

    public static TheoryData<string> Forms =>
        [
            Password,
            Uri.EscapeDataString(Password),
            Uri.EscapeDataString(Password).Replace("%20", "+", StringComparison.Ordinal),
            Uri.EscapeDataString(Password).Replace("%C3%BC", "%c3%bc", StringComparison.Ordinal),
            JsonSerializer
                .Serialize(Password, JsonSerializerOptions.Web)
                .Trim('"')
                .Replace("\\u0026", "&", StringComparison.Ordinal)
                .Replace("\\u0022", "\\\"", StringComparison.Ordinal)
                .Replace("\\u00FC", "ü", StringComparison.Ordinal),
            Convert.ToBase64String(Encoding.UTF8.GetBytes(Password)),
            "Bearer tokentoken",
            "tokentoken",
            "cookievalue",
            "typed text",
            "typed+text",
            "session-of-a-login",
            Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:" + Password)),
        ];

    [Theory]
    [MemberData(nameof(Forms))]
    public void Apply_PrivateValue_IsHidden(string form) => Assert.Equal("a***z", Mask.Apply($"a{form}z"));

    [Theory]
    [InlineData("ada")]
    [InlineData("abc")]
    [InlineData("something else")]
    [InlineData("dark")]
    public void Apply_OtherText_IsKept(string text) => Assert.Equal(text, Mask.Apply(text));

    [Fact]
    public void Apply_SecretOfOneCharacter_IsHidden()
    {
        Environment.SetEnvironmentVariable("CRAWL_SECRET_MASK_TEST", "7");
        try
        {
            var page = new PageOptions
            {
                Actions = [new() { Write = new PageWrite { Text = SecretText.FromSecret("MASK_TEST") } }],
            };
            Assert.Equal("a***b", SecretMask.Of(page, []).Apply("a7b"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("CRAWL_SECRET_MASK_TEST", null);
        }
    }

    [Theory]
    [InlineData("said cookieval", "said ***")]
    [InlineData("cookievalue cookieval", "*** ***")]
    [InlineData("said x", "said x")]
    public void Apply_TextThatWasCutOff_HidesWhatHasBegun(string text, string expected) =>
        Assert.Equal(expected, Mask.Apply(text, isCut: true));

    [Theory]
    [InlineData("http://user:pw@a.example/p?q=1", "http://a.example/p?q=1")]
    [InlineData("http://user@a.example", "http://a.example")]
    [InlineData("http://a.example/@b?x=y@z", "http://a.example/@b?x=y@z")]
    [InlineData("http://a@b@c.example/", "http://c.example/")]
    [InlineData("http://a.example/cookievalue", "http://a.example/***")]
    [InlineData("data:text/html,cookievalue", "data:text/html,…")]
    [InlineData("about:blank", "about:blank")]
    [InlineData("", "")]
    [InlineData("//", "//")]
    public void UrlOf_AnyUrl_HasNeitherUserNorPrivateValues(string url, string expected) =>
        Assert.Equal(expected, EventUrl.Of(url, Mask));

    // Not data of theories: attributes cannot hold half of a surrogate pair.
    [Fact]
    public void Read_AnyText_IsRead()
    {
        Assert.Equal("a\ud800b", Read("\"a\\ud800b\""));
        Assert.Equal("\ud83d\ude00 \n\"\\ \ud800", Read("\"\\ud83d\\ude00 \\n\\\"\\\\ \\ud800\""));
        Assert.Equal("plain", Read("\"plain\""));
        Assert.Equal("", Read("1"));

        static string Read(string json) => EventText.Read(JsonElement.Parse(json));
    }

    [Fact]
    public void Clean_AnyText_IsHarmless()
    {
        Assert.Equal("a\uFFFDb\uFFFDc\n\t", EventText.Clean("a\u001bb\u202ec\n\t"));
        Assert.Equal("\ud83d\ude00\uFFFD", EventText.Clean("\ud83d\ude00\ud800"));
        Assert.Equal("\uFFFDx", EventText.Clean("\udc00x"));
        Assert.Equal("fine", EventText.Clean("fine"));
    }
}
