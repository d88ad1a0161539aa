using System.Text.Json;
using FunctionsCrawler.Hosting;
using FunctionsCrawler.Http.Compat.Crawl4ai;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsCrawler.Http.Tests.Compat;

/// <summary>Reads bodies of requests to crawl4ai's API.</summary>
internal static class Crawl4aiReading
{
    public static CrawlTask Read(string body, bool scripts = false)
    {
        var read = Parse(body, scripts);
        Assert.True(read.IsValid, read.IsValid ? "" : BodyOf(read.Refusal));
        return read.Request;
    }

    public static string Refuse(string body)
    {
        var read = Parse(body, scripts: false);
        Assert.False(read.IsValid);
        return JsonElement.Parse(BodyOf(read.Refusal)).GetProperty("detail").GetString()!;
    }

    private static RequestBody<CrawlTask> Parse(string body, bool scripts)
    {
        var full = body.Contains("\"urls\"", StringComparison.Ordinal)
            ? body
            : $"{{\"urls\":[\"https://a.example/\"]{(body == "{}" ? "" : ",")}{body[1..]}";
        return new CrawlBody(new CrawlerOptions { AllowScripts = scripts }).Read(JsonElement.Parse(full));
    }

    private static string BodyOf(IResult result) => ExecuteAsync(result).GetAwaiter().GetResult().Body;

    public static async Task<int> StatusAsync(string body) =>
        (await ExecuteAsync(Parse(body, scripts: false).Refusal!)).Status;

    private static async Task<(int Status, string Body)> ExecuteAsync(IResult result)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        using var content = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Response.Body = content;
        await result.ExecuteAsync(context);
        return (context.Response.StatusCode, System.Text.Encoding.UTF8.GetString(content.ToArray()));
    }
}
