using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FunctionsCrawler.Browsing;
using FunctionsCrawler.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FunctionsCrawler.Http.Tests;

/// <summary>The output of GET /metrics.</summary>
public sealed partial class MetricsEndpointTests
{
    private const double Megabyte = 1024 * 1024;

    private static readonly double[] Seconds =
    [
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        0.75,
        1,
        2.5,
        5,
        7.5,
        10,
        30,
        60,
        double.PositiveInfinity,
    ];

    private static readonly double[] Bytes =
    [
        .. new double[] { 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 4096, 8192 }.Select(n =>
            n * Megabyte
        ),
        double.PositiveInfinity,
    ];

    [Fact]
    public async Task Histograms_Bounds_FitTheirUnits()
    {
        var text = await ReadAsync([]);

        var bounds = Buckets()
            .Matches(text)
            .GroupBy(match => match.Groups["name"].Value, StringComparer.Ordinal)
            .ToDictionary(
                group => group.Key,
                group => group.Select(m => Number(m.Groups["le"].Value)).Distinct().Order()
            );
        // A new histogram needs bounds of its own, and a line here.
        Assert.Equal(
            [
                "crawler_browser_disposal_duration_seconds",
                "crawler_browser_launch_duration_seconds",
                "crawler_browser_memory_peak_bytes",
            ],
            bounds.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal(Seconds, bounds["crawler_browser_disposal_duration_seconds"]);
        Assert.Equal(Seconds, bounds["crawler_browser_launch_duration_seconds"]);
        Assert.Equal(Bytes, bounds["crawler_browser_memory_peak_bytes"]);
    }

    [Fact]
    public async Task Resource_Default_NamesServiceAndVersion()
    {
        var text = await ReadAsync([]);

        Assert.Contains("service_name=\"functions-crawler\"", text, StringComparison.Ordinal);
        Assert.Contains($"service_version=\"{CrawlerVersion.Package}\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resource_OtelServiceName_Wins()
    {
        var text = await ReadAsync(new() { ["OTEL_SERVICE_NAME"] = "docs-crawler" });

        Assert.Contains("service_name=\"docs-crawler\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("functions-crawler", text, StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync(Dictionary<string, string?> settings)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddCrawlMetrics();
        using var host = builder.Build();
        await host.StartAsync(cancellation);
        BrowserMetrics.Record(
            new BrowserReceipt
            {
                Invocation = "FcInvocation1",
                LaunchMs = 180,
                DisposeMs = 90,
                Pages = 1,
                PeakMemoryMb = 210,
                ProcessesStarted = 5,
                Killed = 0,
                BytesLeft = 0,
            }
        );
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = host.Services };
        context.Request.Method = HttpMethods.Get;
        context.Response.Body = body;
        await MetricsEndpoint.Create(host.Services)(context);
        await host.StopAsync(cancellation);
        return Encoding.UTF8.GetString(body.ToArray());
    }

    private static double Number(string text) =>
        text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        """^(?<name>\w+)_bucket\{[^}]*le="(?<le>[^"]+)"[^}]*\}""",
        RegexOptions.Multiline | RegexOptions.NonBacktracking
    )]
    private static partial Regex Buckets();
}
