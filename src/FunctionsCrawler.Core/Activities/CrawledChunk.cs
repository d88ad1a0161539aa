using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Politeness;
using FunctionsCrawler.Scraping;
using FunctionsCrawler.Scraping.Adaptive;

namespace FunctionsCrawler.Activities;

/// <summary>The results of a chunk before they are committed.</summary>
internal sealed record CrawledChunk(IReadOnlyList<ChunkItem> Items)
{
    /// <summary>The pages, in the order of the URLs.</summary>
    public IReadOnlyList<ScrapedPage> Pages => [.. Items.Select(i => i.Page).OfType<ScrapedPage>()];

    /// <summary>One receipt per browser.</summary>
    public IReadOnlyList<BrowserReceipt> Receipts { get; init; } = [];

    /// <inheritdoc cref="PolitenessRules.DelayedHosts"/>
    public IReadOnlyList<string> DelayedHosts { get; init; } = [];

    /// <inheritdoc cref="RenderLessons.Learned"/>
    public IReadOnlyList<RenderLesson> Lessons { get; init; } = [];

    /// <summary>The header of the chunk if another worker committed it meanwhile.</summary>
    public ChunkHeader? CommittedElsewhere { get; init; }

    /// <summary>The header that is committed with the pages, without times and attempt.</summary>
    /// <param name="depth">The depth of the wave.</param>
    public ChunkHeader HeaderAt(int depth) =>
        ChunkHeaders.Of(Pages, depth) with
        {
            Unfinished = [.. Items.Where(i => i.Page is null).Select(i => new UnfinishedUrl(i.Url, i.HandBack!.Value))],
            DelayedHosts = DelayedHosts is [] ? null : DelayedHosts,
            Receipts = Receipts,
            Lessons = Lessons is [] ? null : Lessons,
        };
}
