using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;

namespace FunctionsCrawler.Core.Tests.Contracts;

public sealed class SecretTextTests
{
    [Fact]
    public void ToString_Literal_IsNotShown()
    {
        Assert.Equal("***", $"{SecretText.FromString("hunter2")}");
        Assert.DoesNotContain(
            "hunter2",
            $"{new { Password = SecretText.FromString("hunter2") }}",
            StringComparison.Ordinal
        );
        Assert.Equal("secret:TOKEN", $"{SecretText.FromSecret("TOKEN")}");
    }

    [Fact]
    public void Json_BothForms_AreReadAsWritten()
    {
        foreach (var json in (string[])["\"hunter2\"", """{"secret":"TOKEN_2"}""", "\"\""])
            Assert.Equal(json, JsonSerializer.Serialize(Read(json), CrawlJson.Default.SecretText));
    }

    [Theory]
    [InlineData("17017")]
    [InlineData("""["hunter2"]""")]
    [InlineData("""{"secret":17017}""")]
    [InlineData("""{"secrets":"HUNTER2"}""")]
    [InlineData("""{"secret":"HUNTER2","more":1}""")]
    [InlineData("""{"secret":"hunter2"}""")]
    [InlineData("""{"secret":""}""")]
    public void Json_OfAnotherForm_IsRefusedWithoutShowingIt(string json)
    {
        var fault = Assert.Throws<JsonException>(() => Read(json)).Message;
        Assert.DoesNotContain("hunter2", fault, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("17017", fault, StringComparison.Ordinal);
        Assert.Matches("text|characters", fault);
    }

    [Fact]
    public void TryRead_NamedSecret_IsReadFromTheEnvironment()
    {
        var name = $"T{Guid.NewGuid():N}".ToUpperInvariant();
        var secret = SecretText.FromSecret(name);
        Assert.False(secret.TryRead(out _, out var fault));
        Assert.Contains($"CRAWL_SECRET_{name}", fault, StringComparison.Ordinal);

        Environment.SetEnvironmentVariable($"CRAWL_SECRET_{name}", "hunter2");
        Assert.True(secret.TryRead(out var text, out _));
        Assert.Equal("hunter2", text);
        Environment.SetEnvironmentVariable($"CRAWL_SECRET_{name}", null);
    }

    [Fact]
    public void FromSecret_ValueInsteadOfAName_IsNotShown()
    {
        var fault = Assert.Throws<ArgumentException>(() => SecretText.FromSecret("hunter2"));
        Assert.DoesNotContain("hunter2", fault.Message, StringComparison.Ordinal);
    }

    private static SecretText Read(string json) => JsonSerializer.Deserialize(json, CrawlJson.Default.SecretText)!;
}
