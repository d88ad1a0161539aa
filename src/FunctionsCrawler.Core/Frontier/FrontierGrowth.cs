using FunctionsCrawler.Blobs;
using FunctionsCrawler.Contracts;
using FunctionsCrawler.Crawls;
using FunctionsCrawler.Scraping;
using FunctionsCrawler.Scraping.Adaptive;
using FunctionsCrawler.Urls;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// The frontier between two waves: the URLs that are waiting, handed back or newly found. Their order depends only on
/// committed chunks. Found links are decided in batches, because most of the visited set is in blobs; see
/// <see cref="SettleAsync"/>.
/// </summary>
/// <param name="request">The request of the crawl.</param>
/// <param name="store">Where the crawl is stored.</param>
/// <param name="names">The names of the blobs that are written.</param>
/// <param name="maxWaiting">
/// The maximum number of waiting URLs, so that endless sites cannot fill the store. URLs above it are left out. A URL that was
/// left out is added if a later wave finds it again when fewer are waiting.
/// </param>
internal sealed class FrontierGrowth(
    CrawlRequest request,
    IBlobStore store,
    AttemptBlobs names,
    int maxWaiting = FrontierGrowth.DefaultMaxWaiting
)
{
    /// <summary>The maximum number of waiting URLs of a crawl: twice the largest page limit, about 1 GB of blobs.</summary>
    public const int DefaultMaxWaiting = 20_000_000;

    private readonly UrlRules _rules = CrawlRules.UrlRulesOf(request);
    private readonly OrderedDictionary<string, bool> _roots = new(StringComparer.Ordinal);
    private readonly LinkBatch _undecided = new(CrawlRules.UrlRulesOf(request));
    private UrlSet _leftOut = new(store);
    private readonly LessonSums _lessons = new();
    private CrawlScope? _scope;
    private int _depth;

    /// <summary>URLs without a record.</summary>
    public Backlog Backlog { get; } = new(store, names.NextBacklog, request);

    /// <summary>Every URL found so far, in scope or not, except those left out.</summary>
    public UrlSet Visited { get; private set; } = new(store);

    /// <summary>Start pages and where they redirected to.</summary>
    public IReadOnlyList<string> Roots => _roots.Keys;

    /// <summary>Records so far.</summary>
    public PageCounts Pages { get; private set; } = new();

    /// <summary>Links out of scope so far.</summary>
    public int OutOfScope { get; private set; }

    /// <summary>Links so far that are beyond the depth limit.</summary>
    public int TooDeep { get; private set; }

    /// <summary>The number of URLs that are left out because too many wait.</summary>
    public int LeftOut { get; private set; }

    /// <summary>The blobs with the hashes of the URLs left out.</summary>
    public IReadOnlyList<string> LeftOutBlobs => LeftOut == 0 ? [] : _leftOut.Names;

    /// <summary>What has been learned about rendering kinds of pages.</summary>
    public IReadOnlyList<RenderLesson> Lessons => _lessons.All;

    /// <summary>The number of repeated start URLs.</summary>
    public int Duplicates { get; private set; }

    /// <summary>The hosts, with ports, whose robots.txt asks for a delay, in order.</summary>
    public SortedSet<string> DelayedHosts { get; } = new(StringComparer.Ordinal);

    /// <summary>Starts with the start pages.</summary>
    public void Seed()
    {
        var sites = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in request.Urls)
        {
            if (!UrlNormalizer.TryNormalize(text, _rules, out var url, out var fault))
                throw new InvalidDataException(fault);
            if (Visited.Add(UrlHash.Of(url)))
            {
                _roots.Add(url, true);
                Backlog.Add(new FrontierUrl(url, 0, null, Kind: KindOfStart(new Uri(url), sites)));
            }
            else
            {
                Duplicates++;
            }
        }
    }

    /// <summary>Continues after a wave. Add its chunks next, one at a time, because all their headers together can be large.</summary>
    /// <param name="plan">The plan of the wave.</param>
    /// <param name="judged">
    /// The plan from which on the links are added: that of the wave, or an earlier one because a lower depth limit excluded them.
    /// How links were counted since is discarded.
    /// </param>
    public void Continue(WavePlan plan, WavePlan judged)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(judged);
        // The visited set does not contain the URLs left out, so both must come from the same plan.
        Visited = new UrlSet(store, judged.Segments);
        _leftOut = new UrlSet(store, [.. judged.LeftOutSegments ?? [], .. ListOf(judged.LeftOutHashes)]);
        (OutOfScope, TooDeep, LeftOut) = (judged.OutOfScope, judged.TooDeep, judged.LeftOut);
        (Duplicates, Pages, _depth) = (plan.Duplicates, plan.Pages, plan.Depth);
        _lessons.Add(plan.Lessons ?? []);
        DelayedHosts.UnionWith(plan.DelayedHosts ?? []);
        foreach (var root in plan.Roots)
            _roots.TryAdd(root, true);
        Backlog.AddSegments(plan.BacklogSegments ?? []);
    }

    /// <summary>Adds the redirect targets of a chunk's start pages. Call it for all chunks before any links are added.</summary>
    public void AddRoots(ChunkHeader header)
    {
        if (_depth > 0)
            return;
        // Sitemaps of the sites have the depth of start pages too.
        var starts = header.Entries.Where(e => e.Error is null && _roots.ContainsKey(e.Url)).ToList();
        foreach (var target in starts.Select(e => e.FinalUrl).OfType<string>())
            _roots.TryAdd(target, true);
    }

    /// <summary>Adds a chunk. Add the chunks of a wave in their order.</summary>
    public void Add(ChunkHeader header)
    {
        Pages += header.Pages;
        _lessons.Add(header.Lessons ?? []);
        DelayedHosts.UnionWith(header.DelayedHosts ?? []);
        foreach (var unfinished in header.Unfinished)
            Backlog.AddHandedBack(HandedBack(unfinished));
        AddLinks(header);
    }

    /// <summary>Adds only the links of a chunk.</summary>
    public void AddLinks(ChunkHeader header)
    {
        if (request.Mode == CrawlMode.Batch)
            return;
        _scope ??= CrawlScope.For(request, _roots.Keys);
        foreach (var link in header.Links)
        {
            var page = header.Entries[link.Page];
            _undecided.Add(link, DepthOf(link, page.Depth ?? _depth), page.Url, Visited);
        }
    }

    /// <summary>
    /// Decides what becomes of the links that were added, in their order, and writes what would not fit into memory. Call it
    /// after each chunk.
    /// </summary>
    /// <param name="isEnd">Whether all chunks were added; otherwise links are decided when there are enough of them.</param>
    /// <param name="cancellationToken">Stops the operation.</param>
    /// <exception cref="DamagedBlobException">A blob of the visited set is missing or damaged.</exception>
    public async Task SettleAsync(bool isEnd, CancellationToken cancellationToken)
    {
        if (_undecided.Links.Count == 0 || (!_undecided.IsFull && !isEnd))
            return;
        var hashes = _undecided.SortedHashes();
        await Visited.LookUpAsync(hashes, cancellationToken).ConfigureAwait(false);
        await _leftOut.LookUpAsync(hashes, cancellationToken).ConfigureAwait(false);
        foreach (var link in _undecided.Links)
            Decide(link, _scope!);
        _undecided.Clear();
        await Visited.FlushIfLargeAsync(names.NextVisited, cancellationToken).ConfigureAwait(false);
        await _leftOut.FlushIfLargeAsync(names.NextLeftOut, cancellationToken).ConfigureAwait(false);
        await Backlog.SpillIfLargeAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the rest of the visited set and of the URLs left out.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await Visited.FlushAsync(names.NextVisited, cancellationToken).ConfigureAwait(false);
        if (LeftOut > 0)
            await _leftOut.FlushAsync(names.NextLeftOut, cancellationToken).ConfigureAwait(false);
    }

    // The sitemaps of a site are starts of the crawl, and however they are nested, their pages are one link away from a start.
    private static int DepthOf(ChunkLink link, int parentDepth) =>
        link.Kind switch
        {
            LinkKind.Seed => 0,
            LinkKind.Sitemap => parentDepth,
            _ => parentDepth + 1,
        };

    // Sitemaps are looked for once per site, however many start pages it has.
    private LinkKind? KindOfStart(Uri url, HashSet<string> sites) =>
        request.Mode == CrawlMode.Auto && SitemapReader.IsSitemap(url) ? LinkKind.Sitemap
        : CrawlRules.SeeksSitemaps(request) && sites.Add(url.GetLeftPart(UriPartial.Authority)) ? LinkKind.Site
        : null;

    private void Decide(FoundLink found, CrawlScope scope)
    {
        if (Visited.Contains(found.Hash))
            return;
        if (!scope.Contains(new Uri(found.Url), found.Link.Kind))
        {
            Visited.Add(found.Hash);
            OutOfScope++;
        }
        else if (found.Depth > request.MaxDepth && request.Order != CrawlOrder.BreadthFirst)
        {
            // A shorter way to it may be found later.
            LeaveOut(found.Hash);
        }
        else if (found.Depth > request.MaxDepth)
        {
            // A URL that was left out at a lower depth is counted already.
            if (_leftOut.Contains(found.Hash))
                return;
            Visited.Add(found.Hash);
            TooDeep++;
        }
        else if (Backlog.Waiting >= maxWaiting)
        {
            LeaveOut(found.Hash);
        }
        else
        {
            Visited.Add(found.Hash);
            // Its hash may stay among those left out: visited URLs are never looked for there.
            if (_leftOut.Contains(found.Hash))
                LeftOut--;
            Backlog.Add(
                new FrontierUrl(
                    found.Url,
                    found.Depth,
                    found.Parent,
                    Kind: found.Link.Kind,
                    LastMod: found.Link.LastMod
                )
            );
        }
    }

    private void LeaveOut(UInt128 hash)
    {
        if (_leftOut.Add(hash))
            LeftOut++;
    }

    private static IReadOnlyList<string> ListOf(string? name) => name is null ? [] : [name];

    private static FrontierUrl HandedBack(UnfinishedUrl unfinished) =>
        unfinished.Reason == HandBackReason.Memory
            ? unfinished.Url with
            {
                MemoryHandBacks = unfinished.Url.MemoryHandBacks + 1,
            }
            : unfinished.Url;
}
