using System.Globalization;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Scraping;

namespace FunctionsCrawler.Benchmarks.Scale;

/// <summary>
/// A site without a server: a tree of numbered pages whose links follow from the number. Each page also links to the same
/// navigation, to a page that was found long ago, and to another site.
/// </summary>
/// <param name="pages">The number of pages.</param>
/// <param name="fanOut">The number of new pages that a page links to.</param>
internal sealed class SyntheticSite(int pages, int fanOut)
{
    private const string Root = "https://docs.example.com/";
    private const int Navigation = 20;

    /// <summary>The start page.</summary>
    public static string Start => UrlOf(0);

    /// <summary>Visits the pages of a chunk.</summary>
    public (ChunkHeader Header, IReadOnlyList<PageRecord> Records) Visit(PlannedChunk chunk)
    {
        var visited = chunk.Urls.Select(Visit).ToList();
        return (ChunkHeaders.Of(visited), [.. visited.Select(p => p.Record)]);
    }

    private ScrapedPage Visit(FrontierUrl url)
    {
        var number = int.Parse(
            url.Url.AsSpan(url.Url.LastIndexOf('-') + 1),
            NumberStyles.None,
            CultureInfo.InvariantCulture
        );
        return new ScrapedPage(
            new PageRecord
            {
                Url = url.Url,
                Depth = url.Depth,
                Title = "A page",
            }
        )
        {
            Outlinks = [.. LinksOf(number).Select(link => new Outlink(link))],
        };
    }

    private IEnumerable<string> LinksOf(int number)
    {
        for (var i = 0; i < Navigation; i++)
            yield return UrlOf(i % pages);
        yield return UrlOf(number / 3);
        yield return $"https://elsewhere.example/{number % 1000}";
        for (
            var child = ((long)number * fanOut) + 1;
            child <= ((long)number * fanOut) + fanOut && child < pages;
            child++
        )
            yield return UrlOf((int)child);
    }

    // About as long as URLs of documentation are.
    private static string UrlOf(int number) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Root}reference/section-{number % 97}/chapter-{number % 13}/page-about-a-subject-{number}"
        );
}
