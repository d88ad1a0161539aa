using System.Net;
using System.Text.Json;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.EndToEnd.Tests.Contract;
using FunctionsCrawler.EndToEnd.Tests.Running;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests;

/// <summary>Everything that a browser does for a page, by command line and over HTTP, with both ways of driving the browser.</summary>
[Needs(Need.Chromium)]
public sealed class FeatureTests : EndToEndTest
{
    public static IEnumerable<TheoryDataRow<string, string>> OfBothEngines =>
        from engine in (string[])["pipe", "playwright"]
        from feature in FeaturePages.All.Keys
        select new TheoryDataRow<string, string>(engine, feature);

    [Theory]
    [MemberData(nameof(OfBothEngines))]
    public async Task Scrape_PageThatNeedsABrowser_IsComplete(string engine, string name)
    {
        NeedsChromium();
        await using var site = await FeaturePages.StartAsync();
        var feature = FeaturePages.All[name];
        var steps = JsonSerializer.Serialize(feature.Page.Actions, CrawlJson.Default.Options);
        await File.WriteAllTextAsync(Place.At("steps.json"), steps);

        var exit = await Place
            .Start(
                ["scrape", site.Url + name, "--allow-private", "--render", "always", .. feature.Arguments],
                new Surroundings { Environment = EnvironmentOf(engine) }
            )
            .ExitAsync();

        exit.Expect(0);
        feature.AssertFound(exit.Out);
        if (feature.File is { } file)
            FeaturePages.AssertFile(feature.Artifact!, await File.ReadAllBytesAsync(Place.At(file)));
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("playwright")]
    public async Task Serve_PagesThatNeedABrowser_AreComplete(string engine)
    {
        NeedsChromium();
        await using var site = await FeaturePages.StartAsync();
        var server = Place.Start(
            ["serve", "--port", "0", "--storage", "served", "--allow-private"],
            new Surroundings { Environment = EnvironmentOf(engine) }
        );
        using var client = new ContractClient(await Workplace.ServeAsync(server));
        foreach (var (name, feature) in FeaturePages.All)
        {
            var request = new PageRequest
            {
                Url = site.Url + name,
                Page = feature.Page,
                Render = RenderMode.Always,
            };
            var answer = await client.ScrapeAsync(JsonSerializer.Serialize(request, CrawlJson.Default.PageRequest));

            var record = JsonSerializer.Deserialize(
                answer.Expect(HttpStatusCode.OK).Body,
                CrawlJson.Default.PageRecord
            )!;
            feature.AssertFound(record.Markdown);
            if (feature.Artifact is { } artifact)
                FeaturePages.AssertFile(artifact, record.Artifacts![artifact].Data!.Value.Span);
        }
    }

    private static Dictionary<string, string> EnvironmentOf(string engine) =>
        new() { ["CRAWL_ENGINE"] = engine, ["CRAWL_SECRET_" + FeaturePages.Secret] = FeaturePages.Password };
}
