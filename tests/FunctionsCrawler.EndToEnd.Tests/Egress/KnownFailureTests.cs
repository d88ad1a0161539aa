using System.Net;
using System.Text;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests.Egress;

/// <summary>Vulnerabilities of other crawlers, by CVE number. <see cref="EgressTests"/> runs the same probes without the guard.</summary>
[Needs(Need.Chromium)]
public sealed class KnownFailureTests : EndToEndTest
{
    private static readonly string[] Guarded = ["--allow", $"{ProbeSite.Address}/32"];

    /// <summary>
    /// Only the URL of the request was checked, not where the page (CVE-2026-44439) or a redirect (CVE-2024-56800) led.
    /// </summary>
    [Theory]
    [InlineData("CVE-2026-44439", "location", "click", "form", "meta-refresh", "iframe")]
    [InlineData("CVE-2024-56800", "redirect", "refresh-header")]
    public async Task Crawl_PageLeadsToAForbiddenAddress_ReachesNothing(string name, params string[] kinds)
    {
        NeedsChromium();
        var probes = Probes
            .All.Where(p => Array.Exists(kinds, kind => p.Name.StartsWith(kind, StringComparison.Ordinal)))
            .ToList();
        Assert.True(probes.Count > 5, name);
        await using var site = await ProbeSite.StartAsync(probes);

        var exit = await RunAsync([site.Url, "--scope", "any", "--depth", "1", .. Guarded, "--out", "run", "--quiet"]);

        Assert.True(exit.Code is 0 or 3, exit.Error);
        Assert.Equal(probes.Count + 1, Read("run").Pages.Count);
        Assert.Empty(site.TakeReached());
    }

    /// <summary>A webhook was sent to any address in the request.</summary>
    [Fact]
    public async Task CallbackUrl_ForbiddenAddress_IsNotCalled_CVE_2025_57818()
    {
        NeedsChromium();
        NeedsSignals();
        await using var site = await ProbeSite.StartAsync([]);
        var server = Place.Start(["serve", "--port", "0", .. Guarded]);
        using var client = new ContractClient(await Workplace.ServeAsync(server));

        var id = await client.AcceptAsync(
            new
            {
                urls = new[] { site.Url },
                maxDepth = 0,
                callbackUrl = site.Callback,
            }
        );
        await client.EndAsync(id);

        // The server calls its callbacks before it ends.
        server.Signal(CrawlProcess.Terminate);
        await server.ExitAsync();
        Assert.Empty(site.TakeReached());
    }

    /// <summary>The worker ran expressions, hooks, scripts and launch arguments of a request.</summary>
    [Theory]
    [InlineData(
        "CVE-2026-53753",
        """{"extract":{"schema":{"fields":[{"type":"computed","expression":"g.gi_frame"}]}}}"""
    )]
    [InlineData("CVE-2026-26216", """{"hooks":{"code":{"on_page_context_created":"import os"}}}""")]
    [InlineData("CVE-2026-57572", """{"browserConfig":{"extra_args":["--renderer-cmd-prefix=/bin/sh"]}}""")]
    public async Task Request_WithCode_IsRefused(string name, string fields)
    {
        NeedsChromium();
        await using var site = await ProbeSite.StartAsync([]);
        var server = Place.Start(["serve", "--port", "0", .. Guarded]);
        using var http = new HttpClient { BaseAddress = await Workplace.ServeAsync(server) };
        using var body = new StringContent(
            fields.Insert(1, $"\"urls\":[\"{site.Url}\"],"),
            Encoding.UTF8,
            "application/json"
        );

        using var answer = await http.PostAsync(
            new Uri("api/crawls", UriKind.Relative),
            body,
            TestContext.Current.CancellationToken
        );

        var problem = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.BadRequest, $"{name}: {answer.StatusCode} {problem}");
        Assert.Contains(fields.Split('"')[1], problem, StringComparison.Ordinal);
    }
}
