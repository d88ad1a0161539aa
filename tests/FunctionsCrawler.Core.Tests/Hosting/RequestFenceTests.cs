using System.Text;
using FunctionsCrawler.Hosting;

namespace FunctionsCrawler.Core.Tests.Hosting;

/// <summary>
/// Fields that a request must not have: other crawlers accepted them and executed the given code, read the given file or
/// connected to the given address.
/// </summary>
public sealed class RequestFenceTests
{
    [Theory]
    [InlineData("hooks", """{"on_page_context_created":"async def hook(page): ..."}""")]
    [InlineData("jsCode", "\"fetch('/')\"")]
    [InlineData("js_code", "\"fetch('/')\"")]
    [InlineData("script", "\"fetch('/')\"")]
    [InlineData("extraction_strategy", """{"type":"X","params":{}}""")]
    public void Cve_2026_26216_CodeInARequest_IsAnUnknownField(string field, string value) =>
        AssertUnknown(field, value);

    [Theory]
    [InlineData("args", """["--no-sandbox","--renderer-cmd-prefix=/bin/sh"]""")]
    [InlineData("browser_config", """{"extra_args":["--utility-cmd-prefix=/bin/sh"]}""")]
    [InlineData("chromium", "\"/bin/sh\"")]
    [InlineData("executablePath", "\"/bin/sh\"")]
    [InlineData("userDataDir", "\"/etc\"")]
    [InlineData("out", "\"../../etc\"")]
    public void LaunchArgumentInjection_FieldOfTheBrowser_IsAnUnknownField(string field, string value) =>
        AssertUnknown(field, value);

    [Theory]
    [InlineData("proxy", "\"http://evil.example:1\"")]
    [InlineData("proxy_config", """{"server":"http://evil.example:1"}""")]
    [InlineData("resolver", "\"127.0.0.1\"")]
    public void ProxyInjection_FieldOfTheNetwork_IsAnUnknownField(string field, string value) =>
        AssertUnknown(field, value);

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("FILE:///etc/passwd")]
    [InlineData("file:/etc/passwd")]
    [InlineData("view-source:file:///etc/passwd")]
    [InlineData("chrome://version")]
    [InlineData("raw:<p>html</p>")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,<p>x</p>")]
    public void Cve_2026_26217_UrlOfAnotherScheme_IsRefused(string url)
    {
        var reading = RequestReader.ReadCrawl(Encoding.UTF8.GetBytes($$"""{"urls":["{{url}}"]}"""));
        Assert.Null(reading.Request);
        Assert.Equal("urls[0]", Assert.Single(reading.Faults).Field);
    }

    private static void AssertUnknown(string field, string value)
    {
        var member = $"\"{field}\":{value}";
        var json = "{\"urls\":[\"https://a.example/\"]," + member + ",\"page\":{" + member + "}}";
        var reading = RequestReader.ReadCrawl(Encoding.UTF8.GetBytes(json));
        Assert.Null(reading.Request);
        Assert.Equal(
            [$"page.{field}", field],
            reading.Faults.Select(f => f.Field).OrderByDescending(f => f.Length),
            StringComparer.Ordinal
        );
    }
}
