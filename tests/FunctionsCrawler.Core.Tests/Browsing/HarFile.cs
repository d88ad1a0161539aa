using System.Globalization;
using System.Text.Json;
using FunctionsCrawler.Browsing;

namespace FunctionsCrawler.Core.Tests.Browsing;

/// <summary>Reads the HTTP Archive of a visit, and checks it against the required fields of HAR 1.2.</summary>
internal static class HarFile
{
    public static JsonElement Read(TabVisit visit)
    {
        var har = Assert.Single(visit.Captures, c => c.Name == "har");
        Assert.Equal("application/json", har.ContentType);
        var log = JsonElement.Parse(har.Content.Span).GetProperty("log");
        Assert.Equal("1.2", log.GetProperty("version").GetString());
        Has(log.GetProperty("creator"), "name", "version");
        var page = Assert.Single(log.GetProperty("pages").EnumerateArray());
        Has(page, "startedDateTime", "id", "title");
        Number(page.GetProperty("pageTimings"), -1, "onContentLoad", "onLoad");
        foreach (var entry in log.GetProperty("entries").EnumerateArray())
            Check(entry);
        return log;
    }

    public static IReadOnlyList<JsonElement> Entries(TabVisit visit) =>
        [.. Read(visit).GetProperty("entries").EnumerateArray()];

    public static string UrlOf(JsonElement entry) => entry.GetProperty("request").GetProperty("url").GetString()!;

    public static int StatusOf(JsonElement entry) => entry.GetProperty("response").GetProperty("status").GetInt32();

    private static void Check(JsonElement entry)
    {
        var started = entry.GetProperty("startedDateTime").GetString()!;
        Assert.InRange(
            DateTimeOffset.Parse(started, CultureInfo.InvariantCulture),
            DateTimeOffset.UtcNow.AddMinutes(-5),
            DateTimeOffset.UtcNow.AddMinutes(1)
        );
        Number(entry, 0, "time");
        var request = entry.GetProperty("request");
        Has(request, "method", "url", "httpVersion");
        Pairs(request, "cookies", "headers", "queryString");
        Number(request, -1, "headersSize", "bodySize");
        var response = entry.GetProperty("response");
        Number(response, 0, "status");
        Has(response, "statusText", "httpVersion", "redirectURL");
        Pairs(response, "cookies", "headers");
        Number(response, -1, "headersSize", "bodySize");
        Number(response.GetProperty("content"), 0, "size");
        Has(response.GetProperty("content"), "mimeType");
        Assert.Equal(JsonValueKind.Object, entry.GetProperty("cache").ValueKind);
        var timings = entry.GetProperty("timings");
        Number(timings, 0, "send", "wait", "receive");
        Number(timings, -1, "blocked", "dns", "connect", "ssl");
        var sum = new[] { "blocked", "dns", "connect", "send", "wait", "receive" }.Sum(name =>
            Math.Max(0, timings.GetProperty(name).GetDouble())
        );
        Assert.Equal(sum, entry.GetProperty("time").GetDouble(), 0.01);
    }

    private static void Has(JsonElement element, params string[] names)
    {
        foreach (var name in names)
            Assert.Equal(JsonValueKind.String, element.GetProperty(name).ValueKind);
    }

    private static void Number(JsonElement element, double least, params string[] names)
    {
        foreach (var name in names)
            Assert.True(element.GetProperty(name).GetDouble() >= least, $"{name} is {element.GetProperty(name)}");
    }

    private static void Pairs(JsonElement element, params string[] names)
    {
        foreach (var pair in names.SelectMany(name => element.GetProperty(name).EnumerateArray()))
            Has(pair, "name", "value");
    }
}
