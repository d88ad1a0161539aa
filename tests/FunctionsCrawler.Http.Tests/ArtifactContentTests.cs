using System.Text;
using Microsoft.AspNetCore.Http;

namespace FunctionsCrawler.Http.Tests;

/// <summary>Files of pages come from sites that nobody trusts, so no browser may run them on this server's site.</summary>
public sealed class ArtifactContentTests
{
    [Theory]
    [InlineData("a-screenshot.png", "image/png", false)]
    [InlineData("a-screenshot.webp", "image/webp", false)]
    [InlineData("a-pdf.pdf", "application/pdf", true)]
    [InlineData("a-html.html", "text/html", true)]
    [InlineData("a-mhtml.mhtml", "multipart/related", true)]
    [InlineData("a-har.json", "application/json", true)]
    [InlineData("a", "application/octet-stream", true)]
    public async Task Artifact_AnyKind_IsServedSafely(string name, string type, bool isAttachment)
    {
        var context = new DefaultHttpContext();
        using var body = new MemoryStream();
        context.Response.Body = body;

        await new ArtifactContent(name, new MemoryStream("content"u8.ToArray())).ExecuteAsync(context);

        var headers = context.Response.Headers;
        Assert.Equal("content", Encoding.UTF8.GetString(body.ToArray()));
        Assert.Equal(type, context.Response.ContentType);
        Assert.Equal("nosniff", headers.XContentTypeOptions);
        Assert.StartsWith(
            "sandbox; default-src 'none'",
            headers.ContentSecurityPolicy.ToString(),
            StringComparison.Ordinal
        );
        Assert.Equal(isAttachment ? $"attachment; filename=\"{name}\"" : "", headers.ContentDisposition.ToString());
    }
}
