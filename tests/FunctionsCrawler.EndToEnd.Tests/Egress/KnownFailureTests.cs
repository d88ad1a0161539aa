using System.Net;
using System.Text;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;

namespace FunctionsCrawler.EndToEnd.Tests.Egress;

/// <summary>What other crawlers were caught with, by its number. The same probes without the guard are in <see cref="EgressTests"/>.</summary>
public sealed class KnownFailureTests : EndToEndTest
{
    private static readonly string[] Guarded = ["--allow", $"{ProbeSite.Address}/32"];

    /// <summary>A page that was judged before the visit leads on to another address (CVE-2026-44439); so does a redirect (CVE-2024-56800).</summary>
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

    /// <summary>A webhook was sent wherever a request said.</summary>
    [Fact]
    public async Task CallbackUrl_IsForbidden_IsNotTold_CVE_2025_57818()
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

        // It tells its callbacks before it ends.
        server.Signal(CrawlProcess.Terminate);
        await server.ExitAsync();
        Assert.Empty(site.TakeReached());
    }

    /// <summary>Expressions, hooks, scripts and launch arguments in a request were run by the worker.</summary>
    [Theory]
    [InlineData(
        "CVE-2026-53753",
        """{"extract":{"schema":{"fields":[{"type":"computed","expression":"g.gi_frame"}]}}}"""
    )]
    [InlineData("CVE-2026-26216", """{"hooks":{"code":{"on_page_context_created":"import os"}}}""")]
    [InlineData("CVE-2026-57572", """{"browserConfig":{"extra_args":["--renderer-cmd-prefix=/bin/sh"]}}""")]
    public async Task Request_HoldsCode_IsRefused(string name, string fields)
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
