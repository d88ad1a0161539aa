using System.Net;
using FunctionsCrawler.EndToEnd.Tests.Sites;

namespace FunctionsCrawler.EndToEnd.Tests.Contract;

/// <summary>The tests of GET /api/crawls/{id}/artifacts/{name}, which every host must pass.</summary>
public abstract partial class CrawlContract
{
    [Fact]
    [Needs(Need.Chromium)]
    public async Task Submit_WithFilesOfPages_EachIsServedUntilTheCrawlIsDeleted()
    {
        NeedsChromium();
        await using var site = await TreeSite.StartAsync(2);

        var id = await Client.AcceptAsync(
            new
            {
                urls = new[] { site.Url + "p/0", site.Url + "p/1" },
                mode = "batch",
                page = new
                {
                    screenshot = new { format = "jpeg", fullPage = false },
                    pdf = true,
                    snapshot = "mhtml",
                },
            }
        );
        await Client.EndAsync(id);

        var pages = await Client.PagesAsync(id);
        Assert.Equal(2, pages.Count);
        Assert.All(pages, p => Assert.Equal(["mhtml", "pdf", "screenshot"], p.Artifacts!.Keys.Order()));
        var files = pages.SelectMany(p => p.Artifacts!.Values).ToList();
        Assert.Equal(6, files.Select(f => f.Blob).Distinct(StringComparer.Ordinal).Count());
        foreach (var file in files)
        {
            var answer = await Client.GetAsync($"api/crawls/{id}/artifacts/{file.Blob}");
            Assert.Equal(file.ContentType, answer.Expect(HttpStatusCode.OK).ContentType);
        }
        (await Client.GetAsync($"api/crawls/{id}/artifacts/missing.png")).Expect(HttpStatusCode.NotFound);
        (await Client.GetAsync($"api/crawls/{id}/artifacts/..%2Frequest.json")).Expect(HttpStatusCode.NotFound);
        (await Client.DeleteAsync($"api/crawls/{id}")).Expect(HttpStatusCode.NoContent);
        (await Client.GetAsync($"api/crawls/{id}/artifacts/{files[0].Blob}")).Expect(HttpStatusCode.NotFound);
    }
}
