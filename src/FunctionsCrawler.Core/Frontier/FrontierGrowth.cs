using FunctionsCrawler.Fetching;
using FunctionsCrawler.Orchestration;
using FunctionsCrawler.Storage;

namespace FunctionsCrawler.Frontier;

/// <summary>
/// The frontier between two waves: what was left, what was handed back and what was found, in an order that depends on
/// committed chunks alone.
/// </summary>
/// <param name="request">What is crawled.</param>
/// <param name="maxWaiting">How many URLs may wait: sites without end must not fill the planner's memory.</param>
internal sealed class FrontierGrowth(CrawlRequest request, int maxWaiting = 1_000_000)
{
    private readonly List<FrontierUrl> _handedBack = [];
    private readonly List<FrontierUrl> _urls = [];
    private readonly OrderedDictionary<string, bool> _roots = new(StringComparer.Ordinal);
    private CrawlScope? _scope;
    private int _depth;

    /// <summary>URLs without a record, by depth; at one depth what was handed back first, then as found.</summary>
    public IReadOnlyList<FrontierUrl> Urls => [.. _handedBack.Concat(_urls).OrderBy(u => u.Depth)];

    /// <summary>Every URL that was ever found, in scope or not.</summary>
    public VisitedSet Visited { get; private set; } = new();

    /// <summary>Start pages and where they redirected to.</summary>
    public IReadOnlyList<string> Roots => _roots.Keys;

    /// <summary>Records so far.</summary>
    public PageCounts Pages { get; private set; } = new();

    /// <summary>Links out of scope so far.</summary>
    public int OutOfScope { get; private set; }

    /// <summary>Links so far that are beyond the depth limit, or beyond the number that may wait.</summary>
    public int TooDeep { get; private set; }

    /// <summary>Start URLs given more than once.</summary>
    public int Duplicates { get; private set; }

    /// <summary>The hosts, with ports, whose robots.txt asks for a delay, in order.</summary>
    public SortedSet<string> DelayedHosts { get; } = new(StringComparer.Ordinal);

    /// <summary>Begins with the start pages.</summary>
    public void Seed()
    {
        foreach (var text in request.Urls)
        {
            if (!UrlNormalizer.TryNormalize(text, request.DropTrackingParameters, out var url, out var fault))
                throw new InvalidDataException(fault);
            if (Visited.Add(url))
            {
                _roots.Add(url, true);
                var isSitemap = request.Mode == CrawlMode.Auto && SitemapReader.IsSitemap(new Uri(url));
                _urls.Add(new FrontierUrl(url, 0, null, Kind: isSitemap ? FrontierKind.Sitemap : null));
            }
            else
            {
                Duplicates++;
            }
        }
    }

    /// <summary>Goes on from a wave. Its chunks come next, one at a time: all their headers together can be large.</summary>
    public void GoOn(WavePlan plan, IEnumerable<UInt128[]> segments, IEnumerable<FrontierUrl> backlog)
    {
        Visited = new VisitedSet(segments);
        (OutOfScope, TooDeep, Duplicates) = (plan.OutOfScope, plan.TooDeep, plan.Duplicates);
        (Pages, _depth) = (plan.Pages, plan.Depth);
        DelayedHosts.UnionWith(plan.DelayedHosts ?? []);
        foreach (var root in plan.Roots)
            _roots.TryAdd(root, true);
        _urls.AddRange(backlog);
    }

    /// <summary>Takes in where the start pages of a chunk redirected to. All chunks come here before any link is judged.</summary>
    public void AddRoots(ChunkHeader header)
    {
        if (_depth > 0)
            return;
        foreach (var target in header.Entries.Where(e => e.Error is null).Select(e => e.FinalUrl).OfType<string>())
            _roots.TryAdd(target, true);
    }

    /// <summary>Takes in a chunk; the chunks of a wave come in order.</summary>
    public void Add(ChunkHeader header)
    {
        Pages += header.Pages;
        DelayedHosts.UnionWith(header.DelayedHosts ?? []);
        _handedBack.AddRange(header.Unfinished.Select(HandedBack));
        if (request.Mode == CrawlMode.Batch)
            return;
        _scope ??= CrawlScope.For(request, _roots.Keys);
        foreach (var link in header.Links)
            Consider(link, header.Entries[link.Page].Url, _depth + 1, _scope);
    }

    private void Consider(ChunkLink link, string parent, int depth, CrawlScope scope)
    {
        // What a page links to need not be a URL at all.
        if (
            !UrlNormalizer.TryNormalize(link.Url, request.DropTrackingParameters, out var url, out _)
            || !Visited.Add(url)
        )
            return;
        if (!scope.Contains(new Uri(url), link.Kind))
            OutOfScope++;
        else if (depth > request.MaxDepth || _urls.Count >= maxWaiting)
            TooDeep++;
        else
            _urls.Add(new FrontierUrl(url, depth, parent, Kind: link.Kind));
    }

    private static FrontierUrl HandedBack(UnfinishedUrl unfinished) =>
        unfinished.Reason == HandBackReason.Memory
            ? unfinished.Url with
            {
                MemoryHandBacks = unfinished.Url.MemoryHandBacks + 1,
            }
            : unfinished.Url;
}
