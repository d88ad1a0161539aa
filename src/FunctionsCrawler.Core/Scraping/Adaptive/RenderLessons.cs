namespace FunctionsCrawler.Scraping.Adaptive;

/// <summary>
/// What a chunk knows about its pages: the lessons of earlier waves, and its own. Decisions follow from these alone, so that a
/// chunk that is crawled again decides the same.
/// </summary>
/// <param name="known">The lessons of earlier waves.</param>
internal sealed class RenderLessons(IEnumerable<RenderLesson> known)
{
    // After this many pages that rendering changed, and none that it did not, pages of a shape are rendered at once.
    private const int SureShape = 3;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, TaskCompletionSource> _comparing = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, RenderLesson> _learned = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RenderLesson> _known = known.ToDictionary(l => l.Kind, StringComparer.Ordinal);

    /// <summary>What this chunk has learned, in ordinal order of kinds.</summary>
    public IReadOnlyList<RenderLesson> Learned
    {
        get
        {
            lock (_lock)
                return [.. _learned.Values];
        }
    }

    /// <summary>The lesson about a kind from earlier waves and this chunk; null if there is none.</summary>
    public RenderLesson? Find(string kind)
    {
        lock (_lock)
            return RenderLesson.Sum(_known.GetValueOrDefault(kind), _learned.GetValueOrDefault(kind));
    }

    /// <summary>Whether all pages of a URL's shape needed rendering, in earlier waves.</summary>
    public bool IsSureOf(Uri url) =>
        _known.GetValueOrDefault(PageKinds.OfShape(url)) is { Same: 0, Differed: >= SureShape };

    /// <summary>Adds the result of one comparison.</summary>
    public void Add(string kind, bool differed)
    {
        lock (_lock)
            _learned[kind] = RenderLesson.Sum(
                _learned.GetValueOrDefault(kind),
                new RenderLesson(kind, differed ? 0 : 1, differed ? 1 : 0)
            )!;
    }

    /// <summary>
    /// Makes the caller the one that compares the first page of a kind. Others wait until it calls <see cref="EndCompare"/>.
    /// </summary>
    /// <returns>Whether the caller compares. If not, the lesson may be known now; if it is not, the comparison has failed.</returns>
    public async Task<bool> BeginCompareAsync(string kind, CancellationToken cancellationToken)
    {
        Task comparing;
        lock (_lock)
        {
            // Another page may have ended its comparison since the caller looked.
            if (Find(kind) is not null)
                return false;
            if (!_comparing.TryGetValue(kind, out var begun))
            {
                _comparing[kind] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return true;
            }
            comparing = begun.Task;
        }
        await comparing.WaitAsync(cancellationToken).ConfigureAwait(false);
        return false;
    }

    /// <summary>Ends a comparison, whether it succeeded or not: then the next page of the kind is compared.</summary>
    public void EndCompare(string kind)
    {
        lock (_lock)
            if (_comparing.Remove(kind, out var comparing))
                comparing.TrySetResult();
    }
}
